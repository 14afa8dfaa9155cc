using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Pkv.Bench.Types;

namespace Pkv.Bench.Scripts;

/// <summary>One row of the table: which scripts are run, over which data.</summary>
/// <param name="Letter">Its letter in the list of targets.</param>
/// <param name="Traffic">Its requests, all of them EVALSHA, and their replies.</param>
/// <param name="Sources">The scripts that they run.</param>
/// <param name="RatioMax">Target: CPU per operation over that of a Redis whose writes are as durable.</param>
internal sealed record ScriptShape(string Letter, TypedShape Traffic, string[] Sources, double RatioMax)
{
    /// <summary>What EVALSHA calls a script.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Redis names scripts so; nothing is secured by it")]
    public static string DigestOf(string source) => Convert.ToHexStringLower(SHA1.HashData(Encoding.ASCII.GetBytes(source)));
}
