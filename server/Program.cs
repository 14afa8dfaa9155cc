using Pkv.Server.Configuration;
using Pkv.Server.Hosting;

if (args is ["--docs", string page] && DocumentationPages.Make(page) is { } text)
{
    Console.Out.Write(text);
    return 0;
}

if (args is ["--docs", string name, string file] && DocumentationPages.Update(name, File.Exists(file) ? File.ReadAllText(file) : "") is { } updated)
{
    File.WriteAllText(file, updated);
    return 0;
}

ConfigLoadResult config = ConfigLoader.Load(args);
if (config.Text is not null)
{
    Console.Out.WriteLine(config.Text);
    return 0;
}
if (config.ErrorLine is not null)
{
    Console.Error.WriteLine(config.ErrorLine);
    return config.ExitCode;
}
return ServerProcess.Run(config);
