package dev.syncline.config;

import dev.syncline.exception.FieldFault;
import java.util.ArrayList;
import java.util.List;

/**
 * A rule of the host's that a row must keep before it is sent. A row that breaks it never leaves the device: its change is failed, with
 * what is wrong and how to mend it in {@code SyncManager.operations()}, until the row is edited. Deletions are not asked about.
 *
 * <p>Called on a thread that calls nothing but rules of the host's, one at a time, outside of transactions and locks, right before the
 * first byte of the row would leave; it must not wait for a run. One that throws is taken for a refusal, and so holds back that row
 * alone. One that takes longer than 10 s is interrupted and taken for a refusal as well; until it has come back, nothing else can be
 * asked, so tables with validators send nothing, while the run and all other tables go on. Asked as well, on the thread of whoever decides it and without that limit, of what a person's decision
 * about a conflict would send; a row that breaks it is refused, and the conflict stays open.
 */
@FunctionalInterface
public interface RecordValidator {

    /** Lets every row pass. */
    RecordValidator NONE = row -> List.of();

    /**
     * Looks at a row.
     *
     * @param row the row as it would be sent
     * @return everything that is wrong with it, at once; empty if nothing is
     */
    List<FieldFault> faults(OutgoingRow row);

    /**
     * Joins this rule with another one; both are asked, so that all faults are told together.
     *
     * @param other asked after this one
     * @return a rule that tells the faults of both
     */
    default RecordValidator and(RecordValidator other) {
        return new Both(this, other);
    }

    /**
     * Two rules as one; equal to another pair of the same rules, as the configuration of a file that is opened twice has to be.
     *
     * @param first asked first
     * @param second asked after it
     */
    record Both(RecordValidator first, RecordValidator second) implements RecordValidator {

        @Override
        public List<FieldFault> faults(OutgoingRow row) {
            List<FieldFault> all = new ArrayList<>(first.faults(row));
            all.addAll(second.faults(row));
            return all;
        }
    }
}
