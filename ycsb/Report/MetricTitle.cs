using Pkv.Ycsb.Measuring;

namespace Pkv.Ycsb.Report;

/// <summary>YCSB's names of what is measured.</summary>
internal static class MetricTitle
{
    public static string Of(MetricName name) => name switch
    {
        MetricName.Read => "READ",
        MetricName.Update => "UPDATE",
        MetricName.Insert => "INSERT",
        MetricName.Scan => "SCAN",
        MetricName.ReadModifyWrite => "READ-MODIFY-WRITE",
        _ => "VERIFY",
    };

    /// <summary>YCSB's names of how operations end.</summary>
    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.Ok => "OK",
        Outcome.Error => "ERROR",
        _ => "UNEXPECTED_STATE",
    };
}
