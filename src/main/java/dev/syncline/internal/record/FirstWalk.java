package dev.syncline.internal.record;

import dev.syncline.internal.store.RowStateRepository;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * The first walk over a table of which nothing was synced before: a record that comes for the first time has no state yet, so
 * none is looked for, which spares a pulled row one of its three accesses to the file. What came before is remembered in a
 * filter of fixed size (B. H. Bloom, "Space/time trade-offs in hash coding with allowable errors", CACM 13, 1970); when it
 * errs, a state is looked for in vain.
 *
 * <p>Lives as long as the walk; not thread-safe.
 */
public final class FirstWalk {
    /** One megabyte: three in a hundred of a million records are looked for in vain. */
    private static final int BITS = 1 << 23;

    private static final int HASHES = 3;

    private final BitSet seen = new BitSet(BITS);

    FirstWalk() {}

    /**
     * Begins a walk.
     *
     * @param connection the unit's connection
     * @param table the table that is walked
     * @return the walk, or empty if something of the table was synced before
     * @throws SQLException if the states cannot be read
     */
    public static Optional<FirstWalk> begin(Connection connection, BoundTable table) throws SQLException {
        return RowStateRepository.isEmpty(connection, table.id()) ? Optional.of(new FirstWalk()) : Optional.empty();
    }

    /**
     * Tells whether a row has not been brought by this walk before, and remembers it.
     *
     * @param compact the row's key in its short form
     * @return false if it was, or may have been
     */
    boolean isFirstSight(Object compact) {
        long hash = mixed(compact instanceof byte[] bytes ? Arrays.hashCode(bytes) : compact.hashCode());
        boolean first = false;
        for (int i = 0; i < HASHES; i++) {
            int bit = (int) (hash >>> (i * 20)) & (BITS - 1);
            if (!seen.get(bit)) {
                seen.set(bit);
                first = true;
            }
        }
        return first;
    }

    /** Spreads 32 bits over 64 (the finalizer of splitmix64). */
    private static long mixed(int hash) {
        long z = hash * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
