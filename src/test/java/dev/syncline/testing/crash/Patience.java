package dev.syncline.testing.crash;

import dev.syncline.exception.StorageException;
import dev.syncline.exception.SyncException;
import dev.syncline.progress.SyncResult;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A host that meets a failing disk: it is told so in words that it can expect, waits until the disk is well again, and begins the
 * step anew.
 */
final class Patience {
    private final Script script;
    private final Stage stage;
    private final Striker striker;
    private final List<String> untyped = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    Patience(Script script, Stage stage, Striker striker) {
        this.script = script;
        this.stage = stage;
        this.striker = striker;
    }

    /** Plays the steps, each until it is done; tells of failures that no host could expect. */
    List<String> play() throws Exception {
        List<Script.Step> steps = script.steps();
        for (int number = 0; number < steps.size(); number++) {
            Script.Step step = steps.get(number);
            striker.step(number, step.struck());
            stage.tables(step.tables());
            if (!wentWell(step)) {
                striker.heal();
                if (!wentWell(step)) {
                    untyped.add(step.name() + " failed when everything was well again");
                }
            }
        }
        striker.heal();
        striker.step(steps.size(), false);
        return untyped;
    }

    /** What the library told of the failures, as it should. */
    List<String> told() {
        return told;
    }

    private boolean wentWell(Script.Step step) throws Exception {
        try {
            step.action().on(stage);
        } catch (StorageException failure) {
            told.add(step.name() + " threw " + failure);
            return false;
        } catch (HostStatementException | SQLException refused) {
            // The host's own statement failed, or its own migration.
            return false;
        }
        SyncResult last = stage.takeLast();
        if (last == null) {
            return true;
        }
        List<SyncException> failures = last.errors().stream()
                .filter(failure -> !script.expects(failure))
                .toList();
        for (SyncException failure : failures) {
            List<String> kind = failure instanceof StorageException ? told : untyped;
            kind.add(step.name() + " ended with " + failure);
        }
        return failures.isEmpty();
    }
}
