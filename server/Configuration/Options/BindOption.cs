using System.Net;

namespace Pkv.Server.Configuration;

/// <summary><c>bind</c>: up to 16 addresses, in the order they are tried.</summary>
internal sealed class BindOption() : ConfigOption("bind", ConfigKind.List)
{
    /// <summary>Redis's CONFIG_BINDADDR_MAX.</summary>
    internal const int AddressCountMax = 16;

    public override string Allowed => "up to 16 IPv4 or IPv6 addresses, *, ::* or localhost, each with an optional leading -";

    internal override bool TakesManyWords => true;

    public override string Format(PkvOptions options) => string.Join(' ', options.Bind);

    internal override string? Parse(string value, out Action<PkvOptions> change)
    {
        change = NoChange;
        string? error = ConfigWords.Split(value, out List<string> words);
        if (error is not null)
            return error;
        words.RemoveAll(static word => word.Length == 0);
        if (words.Count > AddressCountMax)
            return "Too many bind addresses specified.";
        foreach (string word in words)
        {
            string address = word.StartsWith('-') ? word[1..] : word;
            if (address is not ("*" or "::*" or "localhost") && !IPAddress.TryParse(address, out _))
                return $"'{address}' is not an address";
        }

        change = options => options.Bind = words;
        return null;
    }
}
