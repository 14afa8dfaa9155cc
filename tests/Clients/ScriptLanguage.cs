namespace Pkv.Tests.Clients;

/// <summary>What a client's scenarios are written in.</summary>
public enum ScriptLanguage
{
    /// <summary>JavaScript: node and npm.</summary>
    Node,

    /// <summary>Python 3 with redis-py.</summary>
    Python,

    /// <summary>Python 3 with Celery and redis-py.</summary>
    Celery,

    /// <summary>Ruby with Sidekiq.</summary>
    Sidekiq,
}
