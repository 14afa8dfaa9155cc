namespace Pkv.Lua;

/// <summary>Classes of bytes, as the C library's functions of the "C" locale.</summary>
internal static class CharacterClass
{
    public static bool Matches(byte c, byte letter)
    {
        bool result;
        switch ((char)(letter | 32))
        {
            case 'a':
                result = char.IsAsciiLetter((char)c);
                break;
            case 'c':
                result = c is < 32 or 127;
                break;
            case 'd':
                result = char.IsAsciiDigit((char)c);
                break;
            case 'l':
                result = char.IsAsciiLetterLower((char)c);
                break;
            case 'p':
                result = IsPunctuation(c);
                break;
            case 's':
                result = NumberReader.IsSpace(c);
                break;
            case 'u':
                result = char.IsAsciiLetterUpper((char)c);
                break;
            case 'w':
                result = char.IsAsciiLetterOrDigit((char)c);
                break;
            case 'x':
                result = char.IsAsciiHexDigit((char)c);
                break;
            case 'z':
                result = c == 0;
                break;
            default:
                return letter == c;
        }
        if (!char.IsAsciiLetter((char)letter))
            return letter == c;
        return char.IsAsciiLetterUpper((char)letter) ? !result : result;
    }

    private static bool IsPunctuation(byte c) => c is > 32 and < 127 && !char.IsAsciiLetterOrDigit((char)c);
}
