using System.Text.RegularExpressions;

namespace Observatory.Web.Identity;

/// <summary>
/// Passwords that are long enough and still guessed first: a common word with digits and signs around it, walks over the keyboard, rows of
/// one piece. A list of whole passwords would know each spelling once; this takes the spelling away first.
/// </summary>
internal static partial class WeakPasswords
{
    private const int FewestDifferent = 5;

    private static readonly string[] s_words =
    [
        "password", "passwort", "passwords", "kennwort", "contrasena", "motdepasse", "senha", "parola", "admin", "administrator",
        "administration", "root", "user", "guest", "test", "testing", "login", "welcome", "willkommen", "bienvenue", "hello", "letmein",
        "letmeinnow", "secret", "geheim", "changeme", "changemenow", "default", "master", "superuser", "temporary", "access", "qwerty",
        "qwertz", "azerty", "qwertyuiop", "qwertzuiop", "asdfghjkl", "asdfgh", "zxcvbnm", "iloveyou", "ilovegod", "sunshine", "princess",
        "football", "baseball", "basketball", "superman", "batman", "spiderman", "pokemon", "starwars", "computer", "internet", "dragon",
        "monkey", "shadow", "freedom", "whatever", "trustnoone", "trustno", "unbelievable", "mypassword", "newpassword", "thepassword",
        "yourpassword", "adminpassword", "passwordadmin", "adminadmin", "rootroot", "testtest", "opensesame", "observatory", "claudecode",
        "claude", "anthropic", "spring", "summer", "autumn", "winter", "january", "february", "march", "april", "june", "july", "august",
        "september", "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ];

    private static readonly string[] s_rows =
    [
        "01234567890123456789", "1234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
        "qazwsxedcrfvtgbyhnujm", "!qaz@wsx#edc$rfv",
    ];

    /// <summary>Why a password is too easy to guess, going on after "it"; null = it is not.</summary>
    /// <param name="email">Of the account.</param>
    public static string? WhyWeak(string password, string email)
    {
        var lower = password.ToLowerInvariant();
        if (lower.Distinct().Count() < FewestDifferent) return "has too few different characters";
        if (Repeats(lower)) return "repeats one piece";
        if (s_rows.Any(row => IsWalk(lower, row))) return "is a row of keys";
        var words = s_words.Append(email.ToLowerInvariant().Split('@')[0]);
        var body = Around().Replace(lower, "");
        return body.Length > 0 && words.Any(word => word == body || word == Plain(body)) ? "is a common word with a few signs around it" : null;
    }

    /// <summary>The whole is one piece of up to half its length, again and again.</summary>
    private static bool Repeats(string text) => Enumerable.Range(1, text.Length / 2).Any(n => text.Select((c, i) => c == text[i % n]).All(same => same));

    /// <summary>Forwards or backwards, also over the end of the row to its beginning.</summary>
    private static bool IsWalk(string text, string row)
    {
        var turned = new string([.. row.Reverse()]);
        return (row + row).Contains(text, StringComparison.Ordinal) || (turned + turned).Contains(text, StringComparison.Ordinal);
    }

    /// <summary>The usual signs read as what they stand for.</summary>
    private static string Plain(string body) => new([.. body.Select(c => c switch
    {
        '0' => 'o', '1' or '!' => 'i', '3' => 'e', '4' or '@' => 'a', '5' or '$' => 's', '7' => 't', '8' => 'b', _ => c,
    })]);

    [GeneratedRegex(@"\A[\d\W_]+|[\d\W_]+\z")]
    private static partial Regex Around();
}
