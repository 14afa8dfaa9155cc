namespace Pkv.Server.Configuration;

/// <summary>The shape of an option's value, as its text is read and shown.</summary>
public enum ConfigKind
{
    /// <summary><c>yes</c> or <c>no</c>.</summary>
    Flag,

    /// <summary>A decimal integer.</summary>
    Integer,

    /// <summary>Bytes, read with or without a unit (1k = 1000, 1kb = 1024), shown in bytes.</summary>
    Memory,

    /// <summary>Octal mode bits.</summary>
    Octal,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>Any one string.</summary>
    Text,

    /// <summary>Several words.</summary>
    List,
}
