package dev.roster.cli;

import dev.roster.store.Store;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which store, from an option or the environment. */
final class StoreChoice {
    @Spec(Target.MIXEE)
    private @SuppressWarnings("NullAway.Init") CommandSpec spec;

    @Option(
            names = {"-s", "--store"},
            paramLabel = "URL",
            description = "The store, such as sqlite:work.db. Default: $ROSTER_STORE.")
    private @Nullable String store;

    Store open() {
        return Store.open(url());
    }

    String url() {
        return chosen(spec, store, "ROSTER_STORE", "--store URL");
    }

    /** What an option says, or else the environment. */
    static String chosen(
            CommandSpec command, @Nullable String option, String variable, String form) {
        String known = option == null ? System.getenv(variable) : option;
        if (known == null || known.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(), "Missing: give %s or set %s.".formatted(form, variable));
        }
        return known;
    }
}
