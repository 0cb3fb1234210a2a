package dev.syncline.internal.http;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import okhttp3.Credentials;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** How requests show who asks. Nothing of it gets into a message. Thread-safe as far as its supplier is. */
public final class Authorization {

    /** Requests show nothing. */
    public static final Authorization NONE = new Authorization("", null, null);

    private static final String STANDARD = "Authorization";

    private final String header;
    private final @Nullable String user;
    private final @Nullable Supplier<String> secret;

    private Authorization(String header, @Nullable String user, @Nullable Supplier<String> secret) {
        this.header = header;
        this.user = user;
        this.secret = secret;
    }

    /**
     * Shows a token (RFC 6750).
     *
     * @param token asked before each request, on the thread that sends it
     * @return the authorization
     */
    public static Authorization bearer(Supplier<String> token) {
        return new Authorization(STANDARD, null, token);
    }

    /**
     * Shows a name and a password (RFC 7617).
     *
     * @param user the name, without a colon
     * @param password asked before each request, on the thread that sends it
     * @return the authorization
     * @throws IllegalArgumentException if the name has a colon, which would end it there
     */
    public static Authorization basic(String user, Supplier<String> password) {
        if (user.indexOf(':') >= 0) {
            throw new IllegalArgumentException("a user's name must not have a colon");
        }
        return new Authorization(STANDARD, user, password);
    }

    /**
     * Shows a secret in a header of its own, such as {@code X-Api-Key}.
     *
     * @param name the header
     * @param secret asked before each request, on the thread that sends it
     * @return the authorization
     */
    public static Authorization header(String name, Supplier<String> secret) {
        return new Authorization(name, null, secret);
    }

    /**
     * Signs a request.
     *
     * @param request the request
     * @param failures names what goes wrong
     * @throws dev.syncline.exception.AuthenticationException if the supplier has nothing to show
     */
    public void sign(Request.Builder request, HttpFailures failures) {
        if (secret != null) {
            String shown = ask(secret, failures);
            String scheme = header.equals(STANDARD) ? "Bearer " : "";
            request.header(
                    header, user == null ? scheme + shown : Credentials.basic(user, shown, StandardCharsets.UTF_8));
        }
    }

    private String ask(Supplier<String> supplier, HttpFailures failures) {
        String text;
        try {
            text = supplier.get();
        } catch (RuntimeException e) {
            throw failures.noToken("failed", e);
        }
        // Checked here: OkHttp would quote the header it refuses.
        boolean sound = text != null && !text.isEmpty();
        if (!sound || (user == null && !text.chars().allMatch(c -> c > ' ' && c < 0x7F))) {
            throw failures.noToken("gave nothing that can be a token", null);
        }
        return text;
    }
}
