namespace Pkv.Engine.Rdb;

/// <summary>The type bytes of RDB versions 1 to 10: values, and from 245 on other items.</summary>
public enum RdbType : byte
{
    String = 0,
    List = 1,
    Set = 2,
    SortedSetText = 3,
    Hash = 4,
    SortedSet = 5,
    ModuleOld = 6,
    Module = 7,
    HashZipmap = 9,
    ListZiplist = 10,
    SetIntset = 11,
    SortedSetZiplist = 12,
    HashZiplist = 13,
    ListQuicklist = 14,
    Stream = 15,
    HashListpack = 16,
    SortedSetListpack = 17,
    ListQuicklist2 = 18,
    Stream2 = 19,

    Function = 245,
    FunctionOfPreview = 246,
    ModuleAux = 247,
    Idle = 248,
    Frequency = 249,
    Aux = 250,
    ResizeDatabase = 251,
    ExpiryMs = 252,
    ExpirySeconds = 253,
    SelectDatabase = 254,
    End = 255,
}
