package dev.syncline.progress;

/** Why a run was ended before its end. In every case what was not sent stays pending. */
public enum AbortReason {
    /** The backend cannot be reached, or failed so often that it is left alone for a while. */
    OFFLINE,

    /** The backend refuses the credentials; the user has to sign in again. */
    AUTHENTICATION,

    /** The host asked for it, or closed the manager. */
    CANCELLED,

    /** The host asked for a pause; what was under way goes on after it. */
    PAUSED,

    /** Another process synchronizes the file, or took it over while this one was stopped. */
    OTHER_PROCESS,

    /** The run took longer than its limit; the next one goes on where it ended. */
    TIME_LIMIT,

    /** Going on would have broken local data, for example deleted more rows than allowed. */
    CONSISTENCY,

    /** Anything else, such as a failing database; the exception tells. */
    INTERNAL
}
