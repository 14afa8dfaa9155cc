using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Replies;

namespace Pkv.Tests.Differential.Groups;

/// <summary>Strings and bitmaps, with all their options.</summary>
public static class StringShapes
{
    /// <summary>Strings.</summary>
    public static ShapeGroup Strings { get; } = new("strings", 3,
    [
        new("GET strkey"),
        new("SET strkey value"),
        new("SET strkey value {NX|XX|GET|KEEPTTL|EX seconds|PX milliseconds|EXAT unix-seconds|PXAT unix-milliseconds|NONSENSE}*"),
        new("SET strkey value {NX|XX} GET"),
        new("SET bigkey bigvalue GET?"),
        new("SETNX strkey value"),
        new("SETEX strkey seconds value"),
        new("PSETEX strkey milliseconds value"),
        new("GETSET strkey value"),
        new("GETDEL strkey"),
        new("GETEX strkey {EX seconds|PX milliseconds|EXAT unix-seconds|PXAT unix-milliseconds|PERSIST|KEEPTTL}*"),
        new("MSET (strkey value)+"),
        new("MSETNX (strkey value)+"),
        new("MGET strkey+"),
        new("APPEND strkey value"),
        new("APPEND bigkey bigvalue"),
        new("STRLEN {strkey|bigkey}"),
        new("GETRANGE strkey offset offset"),
        new("GETRANGE bigkey bigoffset bigoffset"),
        new("SUBSTR strkey offset offset"),
        new("SETRANGE strkey setoffset value"),
        new("SETRANGE bigkey bigoffset value"),
        new("SETBIT bigkey bigbitoffset bit"),
        new("SETBIT bigkey bigbitoffset bit"),
        new("GETBIT bigkey bigbitoffset"),
        new("BITFIELD bigkey (INCRBY bittype bigbitat integer)+ GET bittype bigbitat"),
        new("BITFIELD bigkey OVERFLOW {SAT|FAIL} (SET bittype bigbitat integer)+"),
        new("BITCOUNT bigkey bigoffset bigoffset {BYTE|BIT}?"),
        new("BITPOS bigkey bit bigoffset"),
        new("BITOP {AND|OR|XOR} bigkey bigkey bigkey"),
        new("INCR strkey"),
        new("DECR strkey"),
        new("INCRBY strkey integer"),
        new("DECRBY strkey integer"),
        new("SET strkey {integer|float}"),
        new("INCRBYFLOAT strkey float"),
        new("INCRBYFLOAT strkey float"),
        new("LCS strkey strkey {LEN|IDX|WITHMATCHLEN|MINMATCHLEN small}*"),
        new("LCS strkey strkey IDX WITHMATCHLEN"),
        new("OBJECT ENCODING strkey", new EncodingRule()),
    ]);

    /// <summary>Bits of strings.</summary>
    public static ShapeGroup Bitmaps { get; } = new("bitmaps", 2,
    [
        new("SETBIT bitkey bitoffset bit"),
        new("SETBIT bitkey bitoffset bit"),
        new("SET bitkey bits"),
        new("GETBIT bitkey bitoffset"),
        new("BITCOUNT bitkey"),
        new("BITCOUNT bitkey offset offset {BYTE|BIT|NONSENSE}?"),
        new("BITPOS bitkey bit"),
        new("BITPOS bitkey bit offset"),
        new("BITPOS bitkey bit offset offset {BYTE|BIT|NONSENSE}?"),
        new("BITOP {AND|OR|XOR|NOT|NONSENSE} bitkey bitkey+"),
        new("BITOP {AND|OR|XOR} bitkey bitkey+"),
        new("BITOP NOT bitkey bitkey"),
        new("BITFIELD bitkey {GET bittype bitat|SET bittype bitat integer|INCRBY bittype bitat integer|OVERFLOW {WRAP|SAT|FAIL|NONSENSE}}+"),
        new("BITFIELD bitkey OVERFLOW {WRAP|SAT|FAIL} (INCRBY bittype bitat integer)+"),
        new("BITFIELD bitkey (GET bittype bitat)*"),
        new("BITFIELD_RO bitkey {GET bittype bitat|GET bittype bitat|GET bittype bitat|SET bittype bitat integer}*"),
        new("GET bitkey"),
        new("STRLEN bitkey"),
    ]);
}
