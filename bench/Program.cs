System.Console.WriteLine("pkv");
