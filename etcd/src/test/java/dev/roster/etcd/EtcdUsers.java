package dev.roster.etcd;

import dev.roster.testkit.server.EtcdServer;

/** Users of an etcd, as an operator makes them. */
final class EtcdUsers {
    private static final String ROOT = "root-s3cret";

    private EtcdUsers() {}

    /** Makes an etcd ask for users. */
    static void enable(EtcdServer server) {
        server.control("user", "add", "root:" + ROOT);
        server.control("user", "grant-role", "root", "root");
        server.control("auth", "enable");
        server.controlWith("--user=root:" + ROOT);
    }

    /** Makes a user who may read and write what begins so. */
    static void add(EtcdServer server, String user, String password, String prefix) {
        server.control("role", "add", user);
        server.control("role", "grant-permission", user, "--prefix=true", "readwrite", prefix);
        server.control("user", "add", user, "--new-user-password", password);
        server.control("user", "grant-role", user, user);
    }

    static String url(String url, String user, String password) {
        return url.replace("://", "://" + user + ":" + password + "@");
    }
}
