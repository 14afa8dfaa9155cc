using Pkv.Tests.Differential.Drawing;

namespace Pkv.Tests.Differential.Groups;

/// <summary>HyperLogLogs, from the first element to dense ones; their bytes are compared by GET and by what is left.</summary>
public static class HyperLogLogShapes
{
    /// <summary>All commands but the self-test.</summary>
    public static ShapeGroup Sketches { get; } = new("hyperloglogs", 2,
    [
        new("PFADD hllkey element*"),
        new("PFADD hllkey distinct"),
        new("PFADD hllkey distinct+"),
        new("PFADD hllkey distinct#"),
        new("PFADD hllkey distinct#"),
        new("PFCOUNT hllkey"),
        new("PFCOUNT hllkey"),
        new("PFCOUNT hllkey+"),
        new("PFMERGE hllkey hllkey*"),
        new("PFDEBUG {DECODE|ENCODING|NONSENSE} hllkey"),
        new("PFDEBUG {GETREG|TODENSE} hllkey"),
        new("SET hllkey hllvalue"),
        new("EXPIRE hllkey 100000"),
        new("GET hllkey"),
        new("STRLEN hllkey"),
        new("OBJECT ENCODING hllkey", new Replies.EncodingRule()),
        new("DEL hllkey"),
    ]);
}
