package dev.syncline.progress;

/** Why a run was ended before its end. In every case what was not sent stays pending. */
public enum AbortReason {
    /** The backend cannot be reached, or failed so often that it is left alone for a while. */
    OFFLINE,

    /** The backend refuses the credentials; the user has to sign in again. */
    AUTHENTICATION,

    /** The host asked for it. */
    CANCELLED,

    /** The run took longer than its limit; the next one goes on where it ended. */
    TIME_LIMIT,

    /** Going on would have broken local data, for example deleted more rows than allowed. */
    CONSISTENCY,

    /** Anything else, such as a failing database; the exception tells. */
    INTERNAL
}
