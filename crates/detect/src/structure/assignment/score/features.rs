//! What can be seen of a candidate, one word each.
//!
//! Owns: the list of features and what a report calls them. Leaves to others: seeing them
//! ([`super::see`]) and what each is worth ([`super::weights`]).

/// Makes the features, and what a report says of each; an empty text is said of nothing.
macro_rules! features {
    ($($name:ident $says:literal)*) => {
        /// Something that can be seen of a candidate.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(in crate::structure) enum Feature { $($name,)* }

        impl Feature {
            /// All of them, in order.
            pub(in crate::structure) const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name, as training knows it.
            pub(in crate::structure) fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// What a report says when it counted.
            pub(super) fn says(self) -> &'static str {
                match self { $(Self::$name => $says,)* }
            }
        }
    };
}

features! {
    Bias ""
    NameAlone ""
    NameUpper "the name is written like a constant or an environment variable"
    NameMade "the name speaks of a test or an example"
    NamePlace "the name says what the secret opens"
    NameNumbered ""
    NameRepeat "the name is that of a new or repeated password"
    NameQuoted ""
    NameSecret ""
    NameToken ""
    NameApiKey ""
    NameOtherKey ""
    NameBareKey "`key` may be the name of anything"
    NameAuth "`auth` may be the name of anything"
    NameNonce "nonces are used once"
    NameSalt "the name says salt or seed"
    NameSession "the name says session or cookie"
    NameCredential ""
    NameForm ""
    StyleQuoted "it is a literal in quotes"
    StyleTight "it stands right behind an equals sign"
    StyleLoose "it stands bare"
    StyleElement "it is the text of an element"
    StyleOption "it is the option of a command"
    StyleListed "it stands in a list after the name"
    StyleArgument "it is the argument of a function of that name"
    StyleDefault "it is the default for a setting"
    StyleCompared "it is compared with"
    StyleItem "it is one of several"
    StyleNumbers "it is a list of bytes"
    StyleFlow "it stands bare among other settings"
    StyleProse "more text follows it"
    StyleCell "it is the cell of a table"
    RunsOn "more is joined to it"
    InComment "it stands in a comment"
    ShapeDigits "the value is a number"
    ShapeLower "the value is of lower-case letters"
    ShapeUpper "the value is of upper-case letters"
    ShapeTitle "the value is written like a word"
    ShapeCamel "the value is written like a name in a program"
    ShapeJoined "the value is of words joined by signs"
    ShapeScreaming "the value is written like a constant"
    ShapeDotted "the value is written like a member or a class"
    ShapePhrase "the value is of words with blanks"
    ShapeWordDigits "the value is letters and then digits"
    ShapeHex "the value is hexadecimal"
    ShapeUuid "the value is a UUID"
    ShapeLowerAlnum "the value mixes lower-case letters and digits"
    ShapeAlnum "the value mixes letters and digits"
    ShapeBase64 "the value looks like Base64"
    ShapeSigned "the value mixes letters and signs"
    ShapeStrong "the value mixes letters, digits and signs"
    ShapeOther ""
    Length4 "the value is very short"
    Length6 "the value is short"
    Length8 ""
    Length11 ""
    Length15 ""
    Length23 "the value is as long as a token"
    Length39 "the value is as long as a token"
    Length63 "the value is as long as a key"
    LengthMore "the value is very long"
    LettersFew ""
    LettersWord "its letters read like words"
    LettersLikely "its letters may be a word"
    LettersOdd "its letters are seldom neighbours in words"
    LettersRandom "its letters are no word"
    LettersNoise "its letters follow each other as in no word"
    VariedLittle "few different characters"
    VariedSome ""
    VariedMuch "nearly as varied as random characters"
    SwitchesNone ""
    SwitchesFew ""
    SwitchesMany "letters, digits and signs alternate"
    HasYear "a year stands in the value"
    EndsDigits ""
    EndsSign ""
    Leet "digits stand for letters"
    Keyboard "the value follows the keyboard"
    Counts "the value counts up or down"
    Repeats "the value repeats itself"
    SaysSecret "the value speaks of a secret"
    SaysMade "the value speaks of a test or an example"
    SaysWho "the value speaks of a user"
    InName "the value stands in the name, too"
    Common "the value is a common password"
    WordForPassword "the value is the word for a password"
    HashLength "the value is as long as a hash"
    Padded "the value is padded as Base64 is"
    HasSlash ""
    HasDot ""
    HasColon ""
    HasBlank ""
    NotAscii ""
    IsType "the value is the name of a type"
    LineTests "the line tests something"
    LineExample "the text around speaks of an example"
    LineWrong "the text around speaks of something wrong"
    LineLabels "the text around is about labels and fields"
    LineUser "a user or host stands beside it"
    LineHash "the text around speaks of a hash"
    NearProse "the neighbours are texts to read"
    LineLong "the line is very long"
}
