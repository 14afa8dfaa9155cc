namespace Pkv.Server.Administration.Servers.Info;

/// <summary>Documentation of one field of INFO, or of fields that belong together.</summary>
/// <param name="Section">The heading of its section.</param>
/// <param name="Names">Names, separated by spaces. A part in capitals stands for a name that varies.</param>
/// <param name="Meaning">One phrase with the unit, in Markdown.</param>
public sealed record InfoField(string Section, string Names, string Meaning);
