import org.jspecify.annotations.NullMarked;

/** Divides work among a group of processes that come and go, on a store they already run. */
@NullMarked
@SuppressWarnings("module") // the test kit, named below, is compiled after this module
module dev.roster {
    // The compiler refuses to export a package without a type: each needs its first type.
    exports dev.roster;
    exports dev.roster.store;

    uses dev.roster.jobs.ScheduleProvider;
    uses dev.roster.store.StoreProvider;

    exports dev.roster.group;
    exports dev.roster.division;
    exports dev.roster.router;
    exports dev.roster.flow;
    exports dev.roster.jobs;
    exports dev.roster.protocol to
            dev.roster.testkit;
    exports dev.roster.protocol.jobs to
            dev.roster.testkit;
    exports dev.roster.protocol.placement to
            dev.roster.testkit;

    requires static transitive org.jspecify;
}
