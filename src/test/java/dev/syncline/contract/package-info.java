/** The executable contract of {@link dev.syncline.backend.RemoteBackend}, for every implementation, a host's own included. */
@NullMarked
package dev.syncline.contract;

import org.jspecify.annotations.NullMarked;
