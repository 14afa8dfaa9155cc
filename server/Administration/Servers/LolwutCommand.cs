using System.Text;
using Pkv.Engine.Execution;
using Pkv.Resp;
using Pkv.Server.Administration.Connections;
using Pkv.Server.Administration.Servers.Info;

namespace Pkv.Server.Administration.Servers;

/// <summary>
/// LOLWUT [VERSION n]: elementary cellular automaton 30, one row below the other, drawn with half blocks and from another
/// seed row each time; then the version.
/// </summary>
internal static class LolwutCommand
{
    private const int Columns = 64, Lines = 16;
    private const int Rule = 30;

    public static void Lolwut(CommandContext context)
    {
        if (context.ArgCount >= 3 && Ascii.EqualsIgnoreCase(context.Arg(1), "VERSION"u8) && !Integers.TryParse(context.Arg(2), out _))
        {
            context.Reply.Error("ERR value is not an integer or out of range"u8);
            return;
        }
        StringBuilder art = new();
        ulong row = 1UL << Columns / 2 | (ulong)context.NowMs << 40;
        for (int line = 0; line < Lines; line++)
        {
            ulong below = Next(row);
            for (int column = 0; column < Columns; column++)
            {
                art.Append(((row >> column & 1) != 0, (below >> column & 1) != 0) switch
                {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    _ => ' ',
                });
            }
            art.Append('\n');
            row = Next(below);
        }
        context.Reply.Verbatim($"{art}\nRedis ver. {HelloCommand.RedisVersion} (Pkv {ServerSection.PkvVersion})\n");
    }

    private static ulong Next(ulong row)
    {
        ulong next = 0;
        for (int i = 0; i < Columns; i++)
        {
            int neighbours = (int)(ulong.RotateRight(row, i - 1 & 63) & 7);
            next |= (ulong)(Rule >> neighbours & 1) << i;
        }
        return next;
    }
}
