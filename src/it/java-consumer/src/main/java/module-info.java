/** A host on the module path. */
module consumer {
    requires dev.syncline;
    requires jdk.httpserver;
}
