package dev.syncline.testing.jdbc;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.sqlite.SQLiteErrorCode;

/**
 * Decides what happens at each boundary. It is asked on the thread that makes the call, which waits for the answer; whatever else
 * the plan does meanwhile is its own affair.
 */
@FunctionalInterface
public interface Plan {

    /** What happens here. */
    Strike at(Boundary boundary);

    /** Nothing happens; the boundaries are counted all the same. */
    static Plan count() {
        return boundary -> Strike.PASS;
    }

    /** Nothing happens, but somebody looks on at every boundary. */
    static Plan each(Consumer<Boundary> look) {
        return boundary -> {
            look.accept(boundary);
            return Strike.PASS;
        };
    }

    /** At the n-th boundary the file is copied, as a power cut at that moment would leave it. */
    static Plan image(int n, Path database, Path copy) {
        return at(n, boundary -> {
            FileImage.take(database, copy);
            return Strike.PASS;
        });
    }

    /** At the n-th boundary the process dies. */
    static Plan crash(int n) {
        return at(n, boundary -> Strike.CRASH);
    }

    /** The call before which the n-th boundary lies fails; one that comes after a call strikes the call after it. */
    static Plan error(int n, SQLiteErrorCode code) {
        return new OneError(n, Strike.fail(code));
    }

    /** From the n-th boundary on every call fails, until another plan is set. */
    static Plan errorsFrom(int n, SQLiteErrorCode code) {
        return boundary -> boundary.number() >= n && boundary.canFail() ? Strike.fail(code) : Strike.PASS;
    }

    /** At the n-th boundary something else is done first, for as long as it takes. */
    static Plan latency(int n, Runnable meanwhile) {
        return at(n, boundary -> {
            meanwhile.run();
            return Strike.PASS;
        });
    }

    /** At the n-th boundary what the other plan says, elsewhere nothing. */
    static Plan at(int n, Plan strike) {
        return boundary -> boundary.number() == n ? strike.at(boundary) : Strike.PASS;
    }

    /** First this one, then the other; the first that strikes decides. */
    default Plan then(Plan other) {
        return boundary -> {
            Strike strike = at(boundary);
            return strike.equals(Strike.PASS) ? other.at(boundary) : strike;
        };
    }
}
