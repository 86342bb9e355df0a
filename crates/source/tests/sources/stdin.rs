//! Standard input through the public interface.

use std::io::{self, Read};
use std::sync::atomic::Ordering;

use crate::recorder::Recorder;
use tightlip_model::{Origin, Source};
use tightlip_source::{Stdin, StdinOptions};

#[test]
fn a_long_stream_comes_whole_in_pieces() {
    let content = vec![b'x'; 20 << 20];
    let recorder = Recorder::default();
    let reader = Box::new(io::Cursor::new(content.clone()));
    Stdin::new(reader, StdinOptions::default()).run(&recorder);
    let pushed = recorder.pushed.lock().unwrap();
    assert!(pushed.len() > 2);
    assert_eq!(pushed[0].provenance.origin, Origin::Stdin);
    let whole: Vec<u8> = pushed.iter().flat_map(|piece| piece.bytes.clone()).collect();
    assert!(whole == content);
}

#[test]
fn a_stream_that_never_ends_is_left_when_the_run_stops() {
    let recorder = Recorder::default();
    recorder.stopped.store(true, Ordering::Relaxed);
    Stdin::new(Box::new(io::repeat(b'x')), StdinOptions::default()).run(&recorder);
    assert!(recorder.pushed.lock().unwrap().is_empty());
}

#[test]
fn a_failing_stream_is_a_problem_and_what_came_before_is_scanned() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("cable cut"))
        }
    }
    let recorder = Recorder::default();
    let reader = Box::new(io::Cursor::new(b"before").chain(Failing));
    Stdin::new(reader, StdinOptions::default()).run(&recorder);
    assert_eq!(recorder.texts(Origin::Stdin), ["before"]);
    assert!(recorder.problems()[0].contains("cable cut"));
}
