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
    [34, -64, -4], // Bias
    [-28, 38, 179], // NameAlone
    [13, -67, 176], // NameUpper
    [-89, -493, 399], // NameMade
    [381, 151, 108], // NamePlace
    [-94, -158, -603], // NameNumbered
    [-300, -302, -187], // NameRepeat
    [-97, -25, -413], // NameQuoted
    [25, 25, 206], // NameSecret
    [-121, -186, -861], // NameToken
    [-120, -216, -120], // NameApiKey
    [173, 219, 317], // NameOtherKey
    [-260, -260, -465], // NameBareKey
    [106, 106, 205], // NameAuth
    [433, 433, 846], // NameNonce
    [-168, 440, -395], // NameSalt
    [-312, -441, -461], // NameSession
    [-153, -153, -293], // NameCredential
    [0, 0, 0], // NameForm
    [157, 43, -147], // StyleQuoted
    [45, -7, 276], // StyleTight
    [8, 196, 75], // StyleLoose
    [99, 56, 56], // StyleElement
    [-375, -4, -195], // StyleOption
    [459, -141, 400], // StyleListed
    [-11, -287, 210], // StyleArgument
    [-10, -698, -640], // StyleDefault
    [324, 410, 86], // StyleCompared
    [49, 283, 57], // StyleItem
    [438, 735, 783], // StyleNumbers
    [262, 28, -59], // StyleFlow
    [-852, -748, -606], // StyleProse
    [-623, -586, -418], // StyleCell
    [-361, -223, -308], // RunsOn
    [-45, -65, -483], // InComment
    [611, 836, 703], // ShapeDigits
    [41, 7, 502], // ShapeLower
    [-14, 314, 503], // ShapeUpper
    [-327, -267, -201], // ShapeTitle
    [12, -599, -362], // ShapeCamel
    [-158, -502, -439], // ShapeJoined
    [-285, -728, -398], // ShapeScreaming
    [140, -747, -580], // ShapeDotted
    [-337, -87, 51], // ShapePhrase
    [130, -238, -277], // ShapeWordDigits
    [269, 900, 258], // ShapeHex
    [834, 1366, 767], // ShapeUuid
    [574, 414, 593], // ShapeLowerAlnum
    [853, 1146, 175], // ShapeAlnum
    [-84, 278, 310], // ShapeBase64
    [-189, -678, -882], // ShapeSigned
    [263, -271, -155], // ShapeStrong
    [-755, -431, -383], // ShapeOther
    [-329, -182, -182], // Length4
    [-199, -529, -188], // Length6
    [-72, -486, -719], // Length8
    [263, -87, 198], // Length11
    [370, 163, 51], // Length15
    [370, 215, -169], // Length23
    [645, 453, 318], // Length39
    [-138, 538, 419], // Length63
    [-977, 300, -145], // LengthMore
    [-212, -205, 122], // LettersFew
    [-875, -933, -950], // LettersWord
    [-485, -643, -572], // LettersLikely
    [-52, -314, -459], // LettersOdd
    [323, 181, 196], // LettersRandom
    [788, 1078, 838], // LettersNoise
    [-511, 93, 270], // VariedLittle
    [56, -4, -95], // VariedSome
    [124, -106, -193], // VariedMuch
    [77, 95, 24], // SwitchesNone
    [155, -45, 232], // SwitchesFew
    [-72, -74, -193], // SwitchesMany
    [496, -94, 180], // HasYear
    [465, 248, 8], // EndsDigits
    [770, 274, 182], // EndsSign
    [83, 275, 46], // Leet
    [855, 558, 558], // Keyboard
    [-966, -711, -623], // Counts
    [-100, -211, 29], // Repeats
    [-1429, -763, -494], // SaysSecret
    [-989, -677, -902], // SaysMade
    [-446, -333, -553], // SaysWho
    [-1114, -546, -519], // InName
    [-1822, -1151, -1103], // Common
    [-1700, -977, -977], // WordForPassword
    [-97, 205, 89], // HashLength
    [-735, -330, 131], // Padded
    [205, 19, -191], // HasSlash
    [162, 260, -495], // HasDot
    [-226, -598, -344], // HasColon
    [-337, -87, 51], // HasBlank
    [-1036, -971, -587], // NotAscii
    [-1067, -661, -595], // IsType
    [-57, -375, 53], // LineTests
    [-584, -360, -319], // LineExample
    [-256, -64, 219], // LineWrong
    [-327, 27, -134], // LineLabels
    [-118, -145, 22], // LineUser
    [-421, -510, -629], // LineHash
    [-57, -110, 151], // NearProse
    [-668, 377, -231], // LineLong
];
