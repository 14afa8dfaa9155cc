using System.Security.Cryptography;
using System.Text;
using Pkv.Engine.Execution;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Connections;

/// <summary>
/// Passwords: there is one user, "default", whose password is requirepass. Source: redis.io/commands/auth, acl.c of
/// Redis 7.0 for the texts.
/// </summary>
internal static class Authentication
{
    private const string WrongPassword = "WRONGPASS invalid username-password pair or user is disabled.";

    /// <summary>AUTH password, AUTH user password.</summary>
    public static void Auth(CommandContext context)
    {
        if (context.ArgCount > 3)
        {
            context.Reply.Error("ERR syntax error"u8);
            return;
        }
        bool named = context.ArgCount == 3;
        if (!named && context.Server.Options.RequirePass.Length == 0)
        {
            context.Reply.Error("ERR AUTH <password> called without any password configured for the default user. "
                + "Are you sure your configuration is correct?");
            return;
        }
        if (TryLogIn(context, named ? context.Arg(1) : "default"u8, context.Arg(named ? 2 : 1)))
            context.Reply.Ok();
    }

    /// <summary>
    /// Authenticates the session, or replies WRONGPASS (it then stays what it was). Without a password configured,
    /// any password of the default user is right.
    /// </summary>
    public static bool TryLogIn(CommandContext context, ReadOnlySpan<byte> user, ReadOnlySpan<byte> password)
    {
        string expected = context.Server.Options.RequirePass;
        if (!user.SequenceEqual("default"u8) || (expected.Length > 0 && !Matches(password, expected)))
        {
            context.Reply.Error(WrongPassword);
            return false;
        }
        context.Session.IsAuthenticated = true;
        return true;
    }

    // Hashes are compared, so that neither length nor content of the password shows in the time taken.
    private static bool Matches(ReadOnlySpan<byte> given, string expected)
    {
        Span<byte> givenHash = stackalloc byte[SHA256.HashSizeInBytes], expectedHash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(given, givenHash);
        SHA256.HashData(Encoding.UTF8.GetBytes(expected), expectedHash);
        return CryptographicOperations.FixedTimeEquals(givenHash, expectedHash);
    }
}
