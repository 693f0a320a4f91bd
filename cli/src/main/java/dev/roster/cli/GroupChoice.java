package dev.roster.cli;

import dev.roster.store.Store;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which store and which group, from options or the environment. */
final class GroupChoice {
    @Spec(Target.MIXEE)
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Mixin private StoreChoice store = new StoreChoice();

    @Option(
            names = {"-g", "--group"},
            paramLabel = "NAME",
            description = "The group. Default: $ROSTER_GROUP.")
    private @Nullable String group;

    Store open() {
        return store.open();
    }

    String url() {
        return store.url();
    }

    String group() {
        return StoreChoice.chosen(spec, group, "ROSTER_GROUP", "--group NAME");
    }

    /** The group, or "" if none is chosen. */
    String groupIfChosen() {
        String known = group == null ? System.getenv("ROSTER_GROUP") : group;
        return known == null ? "" : known;
    }
}
