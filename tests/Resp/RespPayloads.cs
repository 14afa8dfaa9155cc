using System.Text;
using Xunit;

namespace Pkv.Tests.Resp;

/// <summary>What a client may send, in three sets: whole commands, beginnings of commands, and what is not RESP. One character is one byte.</summary>
public static class RespPayloads
{
    /// <summary>A whole command and its arguments, joined by '|'.</summary>
    public static TheoryData<string, string> Valid => new()
    {
        { "*1\r\n$4\r\nPING\r\n", "PING" },
        { "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", "ECHO|" },
        { "*2\r\n$4\r\nECHO\r\n$1\r\n\0\r\n", "ECHO|\0" },
        { "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n\r\n\r\n", "SET|k|\r\n" },
        { "*3\r\n$3\r\nSET\r\n$5\r\n*1\r\n$\r\n$4\r\n$4\r\n\r\n", "SET|*1\r\n$|$4\r\n" },
        { "*2\r\n$4\r\nECHO\r\n$12\r\nhello, world\r\n", "ECHO|hello, world" },
        { "*2\r\n$4\r\nECHO\r\n$3\r\n\u00ff\u0080\u0001\r\n", "ECHO|\u00ff\u0080\u0001" },
        // What ends a line or a string is not looked at, only skipped.
        { "*2\rX$4\rXECHOXX$3\rXabcXX", "ECHO|abc" },
        { "*0\r\n", "" },
        { "*-1\r\n", "" },
        { "\r\n", "" },
        { "\n", "" },
        { " \t \r\n", "" },
        { "PING\r\n", "PING" },
        { "PING\n", "PING" },
        { "  set  a   b \r\n", "set|a|b" },
        { "echo \"a b\"\r\n", "echo|a b" },
        { "echo \"\\x41\\n\\r\\t\\b\\a\\\\\\\"\\q\"\r\n", "echo|A\n\r\t\b\a\\\"q" },
        { "echo 'a\\'b\\n'\r\n", "echo|a'b\\n" },
        { "echo \"\" ''\r\n", "echo||" },
        { "echo a\"b c\"\r\n", "echo|ab c" },
    };

    /// <summary>Beginnings of commands that end inside a number, a line end or a string.</summary>
    public static TheoryData<string> Incomplete => new()
    {
        "*", "*1", "*1\r", "*1\r\n", "*1\r\n$", "*1\r\n$4", "*1\r\n$4\r", "*1\r\n$4\r\n", "*1\r\n$4\r\nPIN", "*1\r\n$4\r\nPING",
        "*1\r\n$4\r\nPING\r", "*2\r\n$4\r\nECHO\r\n", "*-", "*-1\r", "PIN", "echo \"a", "*3\r\n$3\r\nSET\r\n$536870912\r\n", "$", "*1\r\n$-",
    };

    /// <summary>What is not RESP, and Redis's text for it.</summary>
    public static TheoryData<string, string> Invalid => new()
    {
        { "*a\r\n", "invalid multibulk length" },
        { "*\r\n", "invalid multibulk length" },
        { "*01\r\n", "invalid multibulk length" },
        { "*+1\r\n", "invalid multibulk length" },
        { "*1 \r\n", "invalid multibulk length" },
        { "*2147483648\r\n", "invalid multibulk length" },
        { "*99999999999999999999\r\n", "invalid multibulk length" },
        { "*1\r\nX4\r\nPING\r\n", "expected '$', got 'X'" },
        { "*1\r\n:4\r\n", "expected '$', got ':'" },
        { "*1\r\n*1\r\n", "expected '$', got '*'" },
        { "*1\r\n\r\n", "expected '$', got ' '" },
        { "*1\r\n$-1\r\n", "invalid bulk length" },
        { "*1\r\n$\r\n", "invalid bulk length" },
        { "*1\r\n$-0\r\n", "invalid bulk length" },
        { "*1\r\n$04\r\nPING\r\n", "invalid bulk length" },
        { "*1\r\n$4x\r\nPING\r\n", "invalid bulk length" },
        { "*1\r\n$536870913\r\n", "invalid bulk length" },
        { "*1\r\n$9223372036854775808\r\n", "invalid bulk length" },
        { "*2\r\n$4\r\nECHO\r\n$-5\r\n", "invalid bulk length" },
        { "echo \"a\r\n", "unbalanced quotes in request" },
        { "echo 'a\r\n", "unbalanced quotes in request" },
        { "echo \"a\"b\r\n", "unbalanced quotes in request" },
        { "*1" + new string('1', 65536), "too big mbulk count string" },
        { "*1\r\n$" + new string('1', 65536), "too big bulk count string" },
        { new string('x', 65537), "too big inline request" },
    };

    /// <summary>The bytes of a text whose characters are bytes.</summary>
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
