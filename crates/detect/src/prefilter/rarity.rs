//! How rare a few characters in a row are in source code, by which follows which.
//!
//! Owns: the estimate. A wrong one costs time and never a hit.

/// Characters that are told apart: letters without case, digits as one, signs of names and
/// settings, all others as one.
const CLASSES: usize = 36;
/// The class of digits, and by how much one digit is rarer than all: half bits.
const DIGIT: (usize, u32) = (26, 6);
/// The class of whatever has no class of its own, and by how much one of it is rarer than all.
const OTHER: (usize, u32) = (35, 8);
/// The rarity that stands in the tables as this character is 0.
const ZERO: u8 = b'0';

/// How rare each class is: minus twice the binary logarithm of its share, counted over 30 MB of Rust,
/// Python, C, shell, settings and prose.
const FIRST: &[u8; CLASSES] = b":<:;8<==9D?:<9:;B998;>@?>B9:??@===57";
/// The same for each class after each other.
const NEXT: [&[u8; CLASSES]; CLASSES] = [
    b"B;88B>:G;E>7:7?;D775;=@<=C>9AAC@IA;=",
    b"9@>?8B@D5;E8@D:?E:<<7CEG:B<=A>C?I=3<",
    b"7B=B8?A8<H88=A4>C9=6=@CE>F>9>AC=FA<:",
    b"9<@:5@8D6DE=@?:>E;:>:@CB@G<8?=D;C=68",
    b":>98<<>C@FD9;7@;<678C=?:=G?9?>F;C>68",
    b"9@?=99?F6EE6?<7@G89<;GCF>G;9B:H>F>69",
    b"<A=@3@=;8FC<=:<@C98<;<DE?@?7?<@<B=67",
    b"5B@=3@BC7EB>?B8?D;=9<C?E?A?9@=C=C>78",
    b"==99:7:GDHC9:47:F:77C;G?I;A?CDFDJC?>",
    b"9=??4???<?>?>?7>?=8>8=?@??;9=?BAF;76",
    b"9?>>3?;@8B>;?=?@BA9<==>CBC=7>;D:D<87",
    b"6@A:59AE6G@7@B6>H?:::@CE:F:9A?D=E>9:",
    b"5<=;5AAB8DA>9?77C@:=9AED=D?9A@?=G?8<",
    b":A:67:8C;G=:A=8@G?66;>CE?GB8A?D>D=7:",
    b"=<99A:=D<A=:94;9H6;99=;AFFC;@BF@FA9=",
    b"7C@>6@B?9H?8@B8;G7<84?EE:H?9A?B>F?;;",
    b">>@<<@<>?A@;>@=A=><?2A?@>A;8C<C<D=95",
    b"8A<<4>;D8J>=<:8>F::8;<AB;HA9@=F=C>78",
    b"<C;=5A@:8I>=<A;;D?94:CAE=C@9A;A:A=79",
    b"8D<?6?D78JB=>@9=I8:;;CA>8H@8@=D<D?58",
    b"<4;=9=;H:HH8:7C:H778DGG?GE5AIHIDHC@B",
    b"5@;>2;B@8DD;==9AA?=@CBD;CD::EAC>E?<:",
    b"6A?=7AA65AB<>98?@7;>AB?BBC>9A?E=F>99",
    b":@:;9;A;9BC:=?@8@><6C?B>=C67<>B:B;77",
    b"???@=>?A=DA;>;<5E>99DB?DCB=4><D;A;56",
    b":@>>2<@@8AB:;@;>A;9>=@@@;<;=BBC>J;<;",
    b"???>??CDCDCCBCCCDDCC>DD=DD2:?<D:H=75",
    b"979::9<<8D<:9:;8@9779;<@HB98LGNFREB?",
    b"<<;<<<A@;DA<<<=;C<;<>>>ED>7F4FIKCA84",
    b":=8;;<;<;>@;;<=8G:8;<>=BFD78F:@JF;66",
    b"?==>>?;?;?D==?>9C<<=>A>?DB;ACA4JC>63",
    b"?@8?@=FD:LND>>C=J=?=FAFEKD<@GI=5EC27",
    b"CEBCD@CDDHJDCBDBLC@?EDGLHO>FGIIF6<1<",
    b";=;<><>=<B?===>;D;9:>@>@CB8@<>B7E893",
    b";=9==<A?;DB>>===F;::;?>DDC:<@E@C:;28",
    b"??<<??CA<CB>?<@8F<;>=@C@GD=@@?=?@<43",
];

/// How rare `bytes` are, in half bits: 20 for one in a thousand.
pub(super) fn rarity(bytes: &[u8]) -> u32 {
    let mut sum = 0;
    let mut row = FIRST;
    for &byte in bytes {
        let class = class(byte);
        sum += u32::from(row[class].saturating_sub(ZERO));
        sum += [DIGIT, OTHER].iter().find(|one| one.0 == class).map_or(0, |one| one.1);
        row = NEXT[class];
    }
    sum
}

fn class(byte: u8) -> usize {
    match byte.to_ascii_lowercase() {
        letter @ b'a'..=b'z' => usize::from(letter - b'a'),
        b'0'..=b'9' => DIGIT.0,
        b'_' => 27,
        b'-' => 28,
        b'.' => 29,
        b'/' => 30,
        b':' => 31,
        b'=' => 32,
        b'"' | b'\'' => 33,
        b' ' => 34,
        _ => OTHER.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_words_are_common_and_prefixes_of_tokens_are_rare() {
        assert!(rarity(b"tion") + 8 < rarity(b"ghp_"));
        assert!(rarity(b"the") + 8 < rarity(b"$9$"));
    }
}
