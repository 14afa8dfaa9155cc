namespace Pkv.Bench.Types;

/// <summary>A request and what must be answered to it.</summary>
internal sealed record Exchange(Template Request, ExpectedReply Reply);
