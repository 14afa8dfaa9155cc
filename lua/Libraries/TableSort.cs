namespace Pkv.Lua;

/// <summary>table.sort: the quicksort of Lua 5.1, whose order of equal items and calls of the comparison scripts may depend on.</summary>
internal static class TableSort
{
    public static int Sort(HostCall call)
    {
        LuaTable table = call.CheckTable(0);
        int count = table.Length;
        if (!call.IsNoneOrNil(1))
            call.CheckFunction(1);
        call.SetCount(2);
        Sort(call, table, 1, count);
        return call.ReturnNothing();
    }

    // Recursion takes the smaller half: at most 31 deep.
    private static void Sort(HostCall call, LuaTable table, int low, int high)
    {
        while (low < high)
        {
            OrderPair(call, table, low, high);
            if (high - low == 1)
                return;
            int middle = (int)(((long)low + high) / 2);
            if (IsLess(call, Item(table, middle), Item(table, low)))
                Swap(call, table, middle, low);
            else
                OrderPair(call, table, middle, high);
            if (high - low == 2)
                return;
            middle = Partition(call, table, low, high, Item(table, middle), middle);
            int from, to;
            if (middle - low < high - middle)
            {
                (from, to) = (low, middle - 1);
                low = middle + 1;
            }
            else
            {
                (from, to) = (middle + 1, high);
                high = middle - 1;
            }
            Sort(call, table, from, to);
        }
    }

    private static void OrderPair(HostCall call, LuaTable table, int a, int b)
    {
        if (IsLess(call, Item(table, b), Item(table, a)))
            Swap(call, table, a, b);
    }

    private static int Partition(HostCall call, LuaTable table, int low, int high, LuaValue pivot, int middle)
    {
        Swap(call, table, middle, high - 1);
        int i = low, j = high - 1;
        while (true)
        {
            while (IsLess(call, Item(table, ++i), pivot))
            {
                if (i > high)
                    throw call.Error("invalid order function for sorting");
            }
            while (IsLess(call, pivot, Item(table, --j)))
            {
                if (j < low)
                    throw call.Error("invalid order function for sorting");
            }
            if (j < i)
                break;
            Swap(call, table, i, j);
        }
        Swap(call, table, high - 1, i);
        return i;
    }

    private static LuaValue Item(LuaTable table, int index) => table.FindIndex(index);

    private static void Swap(HostCall call, LuaTable table, int a, int b)
    {
        LuaValue first = Item(table, a), second = Item(table, b);
        TableLibrary.Set(call, table, a, second);
        TableLibrary.Set(call, table, b, first);
    }

    private static bool IsLess(HostCall call, LuaValue a, LuaValue b)
    {
        call.State.Spend(1);
        LuaValue function = call.At(1);
        return function.IsNil ? Metamethods.Less(call.Thread, a, b) : Metamethods.Call(call.Thread, function, a, b).IsTrue;
    }
}
