package dev.syncline.testing.crash;

import java.sql.SQLException;

/** A statement of the host's own was refused. */
final class HostStatementException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HostStatementException(String mark, SQLException cause) {
        super("the host's edit " + mark + " was refused", cause);
    }
}
