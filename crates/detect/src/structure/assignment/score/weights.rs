//! What each feature is worth, made by `training/train.py`; one row a feature, in their order, one column
//! each for passwords, keys and weak names; in 256ths of a natural logarithm of odds.

/// From these odds on a finding is of high confidence.
pub(super) const HIGH: i32 = 640;
/// From these odds on a finding is of medium confidence.
pub(super) const MEDIUM: i32 = 128;
/// From these odds on a finding is of low confidence.
pub(super) const LOW: i32 = -256;

#[rustfmt::skip]
pub(super) static WEIGHTS: [[i16; 3]; 103] = [
    [-16, -78, -76], // Bias
    [-56, 14, 210], // NameAlone
    [46, -167, 195], // NameUpper
    [-288, -642, -45], // NameMade
    [367, 372, 151], // NamePlace
    [-95, -144, -678], // NameNumbered
    [-304, -362, -180], // NameRepeat
    [-129, 100, -299], // NameQuoted
    [68, 107, 78], // NameSecret
    [-186, -285, -589], // NameToken
    [-125, -219, -125], // NameApiKey
    [96, 159, 150], // NameOtherKey
    [-194, -194, -336], // NameBareKey
    [135, 135, 262], // NameAuth
    [409, 409, 792], // NameNonce
    [-137, 177, -400], // NameSalt
    [-323, -454, -486], // NameSession
    [-150, -150, -294], // NameCredential
    [0, 0, 0], // NameForm
    [148, 7, -218], // StyleQuoted
    [4, -97, 284], // StyleTight
    [-50, 85, 64], // StyleLoose
    [67, 42, 42], // StyleElement
    [-328, -27, -159], // StyleOption
    [-255, -69, 60], // StyleListed
    [-60, 41, 497], // StyleArgument
    [63, -706, -611], // StyleDefault
    [302, 330, -27], // StyleCompared
    [451, 617, 514], // StyleItem
    [397, 636, 671], // StyleNumbers
    [250, -4, -113], // StyleFlow
    [-866, -895, -626], // StyleProse
    [-265, -525, -265], // StyleCell
    [-399, -241, -322], // RunsOn
    [-54, -125, -419], // InComment
    [568, 713, 703], // ShapeDigits
    [174, 53, 613], // ShapeLower
    [108, 562, 449], // ShapeUpper
    [-233, -398, -150], // ShapeTitle
    [47, -504, -305], // ShapeCamel
    [-66, -406, -360], // ShapeJoined
    [-63, -448, -212], // ShapeScreaming
    [273, -530, -215], // ShapeDotted
    [-387, -272, 117], // ShapePhrase
    [154, -266, -407], // ShapeWordDigits
    [275, 954, 290], // ShapeHex
    [764, 1343, 719], // ShapeUuid
    [524, 380, 677], // ShapeLowerAlnum
    [759, 839, 375], // ShapeAlnum
    [-55, 401, 227], // ShapeBase64
    [-135, -511, -903], // ShapeSigned
    [348, 79, -17], // ShapeStrong
    [-480, -324, -244], // ShapeOther
    [-402, -222, -222], // Length4
    [-258, -679, -210], // Length6
    [-106, -412, -984], // Length8
    [297, -93, 315], // Length11
    [394, 209, 118], // Length15
    [356, 201, -96], // Length23
    [628, 311, 208], // Length39
    [-96, 490, 139], // Length63
    [-959, 286, -46], // LengthMore
    [-2, 124, 288], // LettersFew
    [-781, -829, -842], // LettersWord
    [-403, -743, -729], // LettersLikely
    [-30, -282, -366], // LettersOdd
    [365, 146, 218], // LettersRandom
    [764, 1021, 858], // LettersNoise
    [-519, 87, 205], // VariedLittle
    [59, -12, -103], // VariedSome
    [163, -19, -187], // VariedMuch
    [65, 120, -37], // SwitchesNone
    [133, -2, 190], // SwitchesFew
    [-10, -42, -185], // SwitchesMany
    [631, 586, 413], // HasYear
    [415, 239, 100], // EndsDigits
    [605, 261, 136], // EndsSign
    [269, 405, 80], // Leet
    [847, 615, 615], // Keyboard
    [-877, -892, -673], // Counts
    [-121, -294, 33], // Repeats
    [-1588, -1054, -1037], // SaysSecret
    [-885, -618, -640], // SaysMade
    [-419, -312, -361], // SaysWho
    [-1118, -589, -581], // InName
    [-1716, -1118, -1019], // Common
    [-1727, -982, -982], // WordForPassword
    [-83, 292, 84], // HashLength
    [-748, -261, 127], // Padded
    [323, 73, 98], // HasSlash
    [157, 127, -481], // HasDot
    [-273, -558, -245], // HasColon
    [-387, -272, 117], // HasBlank
    [-960, -490, -490], // NotAscii
    [-1045, -712, -606], // IsType
    [-46, -394, 163], // LineTests
    [-504, -316, -392], // LineExample
    [-258, -13, 85], // LineWrong
    [-356, -120, -71], // LineLabels
    [-143, -128, 113], // LineUser
    [-518, -670, -722], // LineHash
    [-35, -72, 21], // NearProse
    [-703, 285, -49], // LineLong
];
