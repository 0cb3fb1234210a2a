package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.conflict.ConflictType;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Versions that other writers left beside the one that the backend shows. A row that nobody edits here keeps what is shown, and a person
 * is asked: the local side of the conflict is what is shown, the remote side what stands beside it. Whatever is decided goes out as an
 * edit of this device, also where it is what is shown, since the backend knows only then that the other version is settled. No rule
 * decides alone: a strategy such as "remote wins" would put the version that lost in the place of the one that won.
 *
 * <p>The record of such a conflict has the version of what is shown, the fields of what stands beside it, and what is shown as its rival.
 * Lives within one unit of work.
 */
final class RivalVersions {
    static final String NOTE = "other writers left this version beside the one that the backend shows";

    private static final Logger log = LoggerFactory.getLogger(RivalVersions.class);

    private final Unit unit;
    private final TableSession session;

    RivalVersions(Unit unit, TableSession session) {
        this.unit = unit;
        this.session = session;
    }

    /** The record of the conflict that a record with rivals is in. */
    static RemoteRecord met(RemoteRecord shown) {
        RemoteRecord rival = shown.rivals().get(0);
        return new RemoteRecord(
                shown.id(),
                shown.version(),
                false,
                rival.fields(),
                rival.changedAt(),
                List.of(shown.withRivals(List.of())));
    }

    /** Asks about the first rival of a record that was applied, unless its row is in other hands now; then it is told again. */
    void offer(RemoteRecord record, RowIdentity row) throws SQLException {
        Optional<RowImage> local = session.host().read(row.key());
        String version = session.versionOf(row.rowId()).orElse(null);
        if (local.isEmpty()
                || !Objects.equals(version, record.version())
                || session.journal().isPending(row.key())
                || ConflictRepository.openOf(unit.handle(), session.table().id(), row.rowId())
                        .isPresent()) {
            return;
        }
        RemoteRecord met = met(record);
        Optional<RowImage> beside = session.imageOf(met, local.get());
        if (beside.isEmpty()) {
            return;
        }
        Collision sides = session.conflicts()
                .sides(null, local.get(), beside.get(), met, null, true)
                .as(ConflictType.UPDATE_UPDATE)
                .uncertain();
        if (sides.columns().isEmpty()) {
            // Nothing to ask about: the next edit takes it along.
            decided(met);
            log.debug(
                    "Two versions of a record of {} differ in nothing that travels",
                    session.table().spec().entity());
            return;
        }
        session.conflicts().offer(sides, met, row);
    }

    /**
     * What a row is told to be based on after a decision. What was decided has to differ from it, or it would not be sent.
     *
     * @param sides the sides, of which the remote one is there
     * @param record the record of the conflict
     * @param outcome what was decided; null to delete the row
     */
    RowImage base(Collision sides, RemoteRecord record, @Nullable RowImage outcome) throws SQLException {
        RowImage remote = Objects.requireNonNull(sides.remote());
        if (record.rivals().isEmpty()) {
            return remote;
        }
        RowImage shown = session.imageOf(record.rivals().get(0), remote).orElse(remote);
        return outcome != null && session.table().sameRow(outcome, shown) ? remote : shown;
    }

    /** Lets what was decided go out with what tells the backend which version is settled by it. */
    void decided(RemoteRecord record) throws SQLException {
        session.unmapped().add(record);
    }

    /** Takes note that the backend shows a version by which what was asked about has come to an end: the row is based on what it was. */
    void overtaken(RemoteRecord before, RowIdentity row) throws SQLException {
        Optional<RowImage> local = session.host().read(row.key());
        if (local.isPresent()) {
            RowImage shown =
                    session.imageOf(before.rivals().get(0), local.get()).orElse(local.get());
            session.journal().put(row.key(), shown);
        }
    }
}
