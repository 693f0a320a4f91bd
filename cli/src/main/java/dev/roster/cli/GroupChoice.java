package dev.roster.cli;

import dev.roster.store.Store;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which store and which group, from options or the environment. */
final class GroupChoice {
    @Spec(Target.MIXEE)
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Option(
            names = {"-s", "--store"},
            paramLabel = "URL",
            description = "The store, such as sqlite:work.db. Default: $ROSTER_STORE.")
    private @Nullable String store;

    @Option(
            names = {"-g", "--group"},
            paramLabel = "NAME",
            description = "The group. Default: $ROSTER_GROUP.")
    private @Nullable String group;

    Store open() {
        return Store.open(chosen(store, "ROSTER_STORE", "--store URL"));
    }

    String url() {
        return chosen(store, "ROSTER_STORE", "--store URL");
    }

    String group() {
        return chosen(group, "ROSTER_GROUP", "--group NAME");
    }

    /** The group, or "" if none is chosen. */
    String groupIfChosen() {
        String known = group == null ? System.getenv("ROSTER_GROUP") : group;
        return known == null ? "" : known;
    }

    private String chosen(@Nullable String option, String variable, String form) {
        String known = option == null ? System.getenv(variable) : option;
        if (known == null || known.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "Missing: give %s or set %s.".formatted(form, variable));
        }
        return known;
    }
}
