package dev.roster;

/**
 * Tells one life of a store from another. It changes when a store's content may have gone back in
 * time: restored from a backup, replaced, failed over to a copy that lacked commits.
 */
public record StoreIdentity(String id) {}
