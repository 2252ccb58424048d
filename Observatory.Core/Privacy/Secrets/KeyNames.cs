using System.Collections.Frozen;

namespace Observatory.Core.Privacy.Secrets;

/// <summary>What the name before a value says about it.</summary>
internal enum NameStrength
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A secret now and then (<c>session</c>, <c>signature</c>, <c>cacheKey</c>): only what chance made is taken.</summary>
    Weak,

    /// <summary>A key or token: what looks like words is left.</summary>
    Token,

    /// <summary>A password: nearly anything.</summary>
    Password,
}

/// <summary>Judges names such as <c>DB_PASSWORD</c>, <c>stripeKey</c>, <c>token_count</c>, word by word.</summary>
internal static class KeyNames
{
    private const int LongestWord = 32;

    private enum Part
    {
        Password,
        Token,
        Key,
        Weak,
    }

    private static readonly FrozenDictionary<string, Part>.AlternateLookup<ReadOnlySpan<char>> s_parts = new (Part Part, string Words)[]
    {
        (Part.Password, "password passwords passwd passphrase passcode pwd passwort passworte kennwort kennworte contraseña contrasena senha wachtwoord " +
            "lösenord hasło parola пароль pass pw psw userpass passe 密码 密碼 口令 パスワード 비밀번호"),
        (Part.Token, "secret secrets token tokens credential credentials cred creds apikey apikeys accesskey accesskeys secretkey privatekey " +
            "presharedkey psk mnemonic authtoken oauthtoken clientsecret 密钥"),
        (Part.Key, "key keys"),
        (Part.Weak, "auth session sessionid sessid jsessionid phpsessid sid jwt otp totp pin salt pepper seed sig signature csrf xsrf refresh pat sas nonce"),
    }.SelectMany(g => g.Words.Split(' ').Select(w => (w, g.Part))).ToFrozenDictionary(x => x.w, x => x.Part)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Endings of words that are written together: <c>dbpassword</c>, <c>storepass</c>.</summary>
    private static readonly (string End, Part Part)[] s_ends =
    [
        ("password", Part.Password), ("passwd", Part.Password), ("passwort", Part.Password), ("passphrase", Part.Password), ("pwd", Part.Password),
        ("pass", Part.Password), ("secret", Part.Token),
        ("token", Part.Token), ("apikey", Part.Token), ("accesskey", Part.Token), ("secretkey", Part.Token), ("privatekey", Part.Token),
        ("authkey", Part.Token), ("sessionid", Part.Weak),
    ];

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_otherWords =
        "bypass compass surpass trespass overpass encompass underpass monkey turnkey hotkey donkey whiskey hockey jockey turkey".Split(' ').ToFrozenSet()
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>What passes, and is no password.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_passing = (
        "may can must should will could would by first second third last next single two multi one each " +
        "every test tests render compiler " +
        "shader prepass didn let to").Split(' ').ToFrozenSet()
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>What makes a key one that opens something.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_keyOf = (
        "api access secret private account signing sign encryption encrypt decryption master app application subscription shared " +
            "preshared storage license licence service auth authentication authorization admin " +
        "server client deploy deployment ssh rsa ecdsa ed25519 aes hmac jwt root webhook session crypto integration ingest ingestion " +
            "write bot root unseal recovery wallet host hosting functions function project " +
        "stripe sendgrid mailgun twilio openai anthropic claude gemini mistral cohere groq datadog dd newrelic sentry rollbar bugsnag " +
            "algolia azure aws gcp google github gitlab maps firebase supabase cloudflare " +
        "heroku netlify vercel linear notion airtable slack telegram discord pusher ably segment mixpanel amplitude posthog launchdarkly " +
            "sonar snyk npm nuget pypi docker registry cosmos redis search speech vision " +
        "translator cognitive function batch connection sas instrumentation publish ably resend postmark brevo mailchimp hubspot " +
            "intercom zendesk shopify square paypal plaid coinbase binance kraken alchemy infura " +
        "etherscan quicknode tmdb weather openweather giphy unsplash pexels x ocp rails secretaccess base").Split(' ').ToFrozenSet()
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Keys of maps, tables and caches; and the half of a pair that everybody may know.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_keyOfOther = (
        "cache partition sort row translation primary foreign public data object map dict hash range group column unique index order " +
            "i18n locale message lookup routing dedup dedupe deduplication idempotency sequence " +
        "config json field property item react video record entity event state query mutation param env variable feature flag setting " +
            "menu tab list node tree dictionary composite natural surrogate candidate super " +
        "parent child next prev previous last first start end any other press arrow enter escape function shift control ctrl alt meta " +
            "hot short type string int lang language metric tag label resource attribute session_storage " +
        "storage_key s3 bucket file path redis_key topic kafka message_key issue project_key jira trace span").Split(' ').ToFrozenSet()
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>What follows the word where the whole name means something else.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_otherThings = (
        "type types count counts limit limits name names url urls uri uris endpoint path paths file files field fields len length size " +
            "sizes budget usage used uses exp expiry expires expire expiration ttl policy " +
        "policies manager provider providers per max min total index idx kind class input inputs form label placeholder error errors " +
            "message hint rule rules strength valid validator validation validity check checks " +
        "checker reset forgot change changed hash hashes hasher hashing version status state rotation in out left remaining estimate " +
            "estimated estimates stat stats cost costs price prices window rate rates bucket " +
        "stream span list ref refs schema format required enabled disabled column binding scan scanner scanning store mode sort tree " +
            "note notes board frame map up down press color colour border radius font weight " +
        "background usages counter counting limiter bar row table grid icon button text title view page dialog modal screen step flow " +
            "link email attempts attempt age date time at by of for regex pattern reader writer " +
        "parser factory handler service helper util utils source sources cache vault binding id ids arn algorithm algo alg cipher bits " +
            "bytes vault_name prefix suffix delimiter separator char chars iterator cursor ms seconds minutes ticks").Split(' ').ToFrozenSet()
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Names without a key-like word, as the prefixes of tokens are: <c>sk</c>, <c>pat</c>, <c>live</c>.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_tokenWords = (
        "sk rk pat key secret token live test prod api apikey access auth bot admin svc service private priv cli app refresh " +
        "personal " +
        "oauth").Split(' ').ToFrozenSet()
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The prefix of a token says that it opens something.</summary>
    public static bool SpeaksOfKeys(ReadOnlySpan<char> prefix)
    {
        Span<char> lower = stackalloc char[LongestWord];
        var words = new NameWords(prefix);
        while (words.Next(lower, out var length))
        {
            if (s_tokenWords.Contains(lower[..length])) return true;
        }
        return false;
    }

    /// <summary>Judges a whole name. Names of several words are read from left to right; the last key-like word decides, and what follows it.</summary>
    public static NameStrength Judge(ReadOnlySpan<char> name)
    {
        Span<char> lower = stackalloc char[LongestWord];
        Span<char> before = stackalloc char[LongestWord];
        var beforeLength = 0;
        var result = NameStrength.None;
        var isSecret = false;
        var words = new NameWords(name);
        while (words.Next(lower, out var length))
        {
            var word = (ReadOnlySpan<char>)lower[..length];
            if (PartOf(word) is { } part && !(word is "pass" && s_passing.Contains(before[..beforeLength])))
            {
                result = part switch
                {
                    Part.Password => NameStrength.Password,
                    Part.Token => NameStrength.Token,
                    Part.Key => KeyOf(before[..beforeLength], result),
                    // "auth token", "session id": what says more stands beside it.
                    _ => result is NameStrength.None ? NameStrength.Weak : result,
                };
                isSecret = word.StartsWith("secret", StringComparison.Ordinal) || result == NameStrength.Weak && word is "session";
            }
            else if (result != NameStrength.None && s_otherThings.Contains(word))
            {
                // Vault's secret_id is the secret; a session id lets one in.
                if (!(isSecret && word is "id")) return NameStrength.None;
            }
            word.CopyTo(before);
            beforeLength = length;
        }
        return result;
    }

    private static NameStrength KeyOf(ReadOnlySpan<char> before, NameStrength soFar)
    {
        if (soFar is NameStrength.Password or NameStrength.Token) return soFar;
        if (before.IsEmpty) return NameStrength.None;
        if (s_keyOf.Contains(before)) return NameStrength.Token;
        return s_keyOfOther.Contains(before) ? NameStrength.None : NameStrength.Weak;
    }

    private static Part? PartOf(ReadOnlySpan<char> word)
    {
        if (word.Length < 2) return null;
        if (s_parts.TryGetValue(word, out var part)) return part;
        if (word.EndsWith("密码") || word.EndsWith("密碼") || word.EndsWith("口令")) return Part.Password;
        if (word.Length < 5 || s_otherWords.Contains(word)) return null;
        foreach (var (end, kind) in s_ends)
        {
            if (word.EndsWith(end, StringComparison.Ordinal)) return kind;
        }
        if (word.StartsWith("password", StringComparison.Ordinal))
            return s_otherThings.Contains(word["password".Length..]) ? null : Part.Password;
        return word.EndsWith("pw", StringComparison.Ordinal) && word.Length <= 8 ? Part.Password : null;
    }
}
