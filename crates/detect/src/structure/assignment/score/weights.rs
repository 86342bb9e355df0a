//! What each feature is worth, made by `training/train.py`; one row a feature, in their order, one column
//! each for passwords, keys and weak names; in 256ths of a natural logarithm of odds.

/// From these odds on a finding is of high confidence.
pub(super) const HIGH: i32 = 1024;
/// From these odds on a finding is of medium confidence.
pub(super) const MEDIUM: i32 = 128;
/// From these odds on a finding is of low confidence.
pub(super) const LOW: i32 = -256;

#[rustfmt::skip]
pub(super) static WEIGHTS: [[i16; 3]; 103] = [
    [-52, -115, -40], // Bias
    [-36, 42, 168], // NameAlone
    [7, -66, 53], // NameUpper
    [-111, -566, 275], // NameMade
    [373, 220, 115], // NamePlace
    [-53, -264, -688], // NameNumbered
    [-336, -331, -193], // NameRepeat
    [-94, -28, -386], // NameQuoted
    [45, 63, 122], // NameSecret
    [-109, -170, -755], // NameToken
    [-93, -171, -93], // NameApiKey
    [131, 154, 223], // NameOtherKey
    [-270, -270, -479], // NameBareKey
    [65, 65, 126], // NameAuth
    [409, 409, 795], // NameNonce
    [-191, 346, -446], // NameSalt
    [-200, -347, -350], // NameSession
    [-146, -146, -255], // NameCredential
    [0, 0, 0], // NameForm
    [119, 9, -172], // StyleQuoted
    [7, -59, 291], // StyleTight
    [-34, 161, -36], // StyleLoose
    [49, 31, 31], // StyleElement
    [-417, -17, -210], // StyleOption
    [426, 188, 440], // StyleListed
    [-66, -263, 254], // StyleArgument
    [-54, -733, -383], // StyleDefault
    [292, 331, 30], // StyleCompared
    [-42, 225, -17], // StyleItem
    [447, 699, 799], // StyleNumbers
    [205, 4, -85], // StyleFlow
    [-1109, -801, -740], // StyleProse
    [-635, -557, -408], // StyleCell
    [-486, -334, -500], // RunsOn
    [-42, -113, -446], // InComment
    [634, 858, 856], // ShapeDigits
    [27, 12, 452], // ShapeLower
    [-54, 313, 530], // ShapeUpper
    [-371, -324, -235], // ShapeTitle
    [49, -574, -295], // ShapeCamel
    [-149, -479, -402], // ShapeJoined
    [-278, -637, -336], // ShapeScreaming
    [-180, -857, -408], // ShapeDotted
    [-321, -50, 11], // ShapePhrase
    [142, -229, -279], // ShapeWordDigits
    [227, 949, 253], // ShapeHex
    [829, 1399, 760], // ShapeUuid
    [604, 466, 639], // ShapeLowerAlnum
    [936, 1228, 305], // ShapeAlnum
    [-40, 330, 257], // ShapeBase64
    [-147, -546, -826], // ShapeSigned
    [308, -198, -191], // ShapeStrong
    [-531, -345, -269], // ShapeOther
    [-228, -124, -124], // Length4
    [-105, -481, -143], // Length6
    [21, -412, -781], // Length8
    [334, -43, 199], // Length11
    [432, 206, 115], // Length15
    [445, 221, -103], // Length23
    [770, 445, 368], // Length39
    [24, 547, 459], // Length63
    [-910, 254, -51], // LengthMore
    [-155, -206, 171], // LettersFew
    [-812, -887, -892], // LettersWord
    [-416, -628, -584], // LettersLikely
    [16, -301, -393], // LettersOdd
    [393, 203, 217], // LettersRandom
    [863, 1093, 881], // LettersNoise
    [-531, 126, 321], // VariedLittle
    [60, -3, -105], // VariedSome
    [127, -107, -140], // VariedMuch
    [51, 86, -41], // SwitchesNone
    [120, -50, 231], // SwitchesFew
    [-107, -97, -190], // SwitchesMany
    [529, -199, 174], // HasYear
    [480, 242, 44], // EndsDigits
    [746, 213, 117], // EndsSign
    [53, 278, 113], // Leet
    [860, 553, 553], // Keyboard
    [-988, -867, -662], // Counts
    [-68, -257, -25], // Repeats
    [-1413, -766, -534], // SaysSecret
    [-924, -614, -825], // SaysMade
    [-454, -321, -505], // SaysWho
    [-1171, -682, -671], // InName
    [-1824, -1164, -1105], // Common
    [-1660, -941, -941], // WordForPassword
    [-102, 259, 75], // HashLength
    [-733, -297, 144], // Padded
    [129, -2, -236], // HasSlash
    [-103, 299, -439], // HasDot
    [-148, -615, -267], // HasColon
    [-321, -50, 11], // HasBlank
    [-1017, -973, -537], // NotAscii
    [-981, -599, -561], // IsType
    [-63, -358, 74], // LineTests
    [-616, -445, -433], // LineExample
    [-145, -95, 161], // LineWrong
    [-320, 49, -71], // LineLabels
    [-122, -175, -23], // LineUser
    [-429, -536, -646], // LineHash
    [-54, -131, 79], // NearProse
    [-686, 431, -227], // LineLong
];
