package dev.roster.cli;

import dev.roster.InvalidInputException;
import dev.roster.router.Route;
import dev.roster.router.RouteChanges;
import dev.roster.router.Router;
import dev.roster.router.RoutesChanged;
import dev.roster.router.Target;
import dev.roster.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says where routing keys go, and what moves. */
@Command(
        name = "route",
        description = {
            "Says which member owns the partition of each key, and what it publishes of itself.",
            "With --watch, prints each change of the table instead, until it is interrupted."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:each key has an owner",
            "1:an error, or the division does not exist",
            "2:the command line is wrong",
            "3:a key has no owner now",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  roster route -s sqlite:work.db -g shop -d carts user/42 user/43",
            "  curl \"http://$(roster route -s sqlite:work.db -g shop -d carts user/42 --metadata)/cart/42\"",
            "  roster route -s sqlite:work.db -g shop -d carts --watch --json"
        })
final class RouteCommand implements Callable<Integer> {
    @Mixin GroupChoice where = new GroupChoice();

    @Option(
            names = {"-d", "--division"},
            paramLabel = "NAME",
            defaultValue = "work",
            description = "The division, a key space. Default: ${DEFAULT-VALUE}.")
    private String division = "work";

    @Option(names = "--watch", description = "Prints each change: what moved, from whom to whom.")
    private boolean watch;

    @Option(
            names = "--metadata",
            description =
                    "Prints no more than what the owner publishes of itself, such as its address.")
    private boolean metadata;

    @Option(
            names = "--json",
            description = {
                "Writes an object a line: key, partition, owner (name) and incarnation or null,",
                "metadata, slot or null, token, generation. With --watch: before, generation, moves",
                "(each partition, from, to, token), joined, left."
            })
    private boolean json;

    @Parameters(arity = "0..*", paramLabel = "KEY", description = "Routing keys.")
    private List<String> keys = List.of();

    @Override
    public Integer call() {
        if (keys.isEmpty() != watch) {
            throw new InvalidInputException(
                    "Give keys to route, or --watch for what moves, and not both.");
        }
        try (Store store = where.open();
                Router router = Router.open(store, where.group(), division)) {
            if (watch) {
                try (RouteChanges changes = router.changes()) {
                    changes.forEachRemaining(this::print);
                }
                return ExitCodes.OK;
            }
            if (router.routes().partitions() == 0) {
                throw new InvalidInputException(
                        "The group \"%s\" has no division \"%s\" yet."
                                .formatted(where.group(), division));
            }
            int exit = ExitCodes.OK;
            for (String key : keys) {
                Route route = router.route(key);
                exit = route.owner().isPresent() ? exit : ExitCodes.SOME_FAILED;
                System.out.println(json ? line(key, route).toString() : text(key, route));
            }
            return exit;
        }
    }

    private String text(String key, Route route) {
        Optional<Target> owner = route.owner();
        if (metadata) {
            return owner.map(Target::metadata).orElse("");
        }
        return "%s  partition %d  %s%s"
                .formatted(
                        key,
                        route.partition(),
                        owner.map(Target::name).orElse("nobody"),
                        owner.map(Target::metadata)
                                .filter(text -> !text.isEmpty())
                                .map(text -> "  " + text)
                                .orElse(""));
    }

    private static Json line(String key, Route route) {
        Json line = new Json().put("key", key).put("partition", route.partition());
        Optional<Target> owner = route.owner();
        if (owner.isPresent()) {
            Target target = owner.get();
            line.put("owner", target.name())
                    .put("incarnation", target.incarnation())
                    .put("metadata", target.metadata());
            if (target.slot().isPresent()) {
                line.put("slot", target.slot().getAsInt());
            } else {
                line.putNull("slot");
            }
        } else {
            line.putNull("owner").putNull("incarnation").put("metadata", "").putNull("slot");
        }
        return line.put("token", route.token()).put("generation", route.generation());
    }

    private void print(RoutesChanged changed) {
        if (json) {
            System.out.println(
                    new Json()
                            .put("before", changed.before())
                            .put("generation", changed.generation())
                            .put("moves", changed.moves().stream().map(RouteCommand::move).toList())
                            .put("joined", names(changed.joined()))
                            .put("left", names(changed.left())));
        } else {
            changed.joined().forEach(one -> System.out.printf("joined     %s%n", one.name()));
            changed.left().forEach(one -> System.out.printf("left       %s%n", one.name()));
            for (RoutesChanged.Move move : changed.moves()) {
                System.out.printf(
                        "partition  %d from %s to %s%n",
                        move.partition(), name(move.from()), name(move.to()));
            }
        }
        System.out.flush();
    }

    private static List<Json> names(List<Target> targets) {
        return targets.stream().map(one -> new Json().put("name", one.name())).toList();
    }

    private static Json move(RoutesChanged.Move move) {
        Json json = new Json().put("partition", move.partition());
        move.from()
                .ifPresentOrElse(one -> json.put("from", one.name()), () -> json.putNull("from"));
        move.to().ifPresentOrElse(one -> json.put("to", one.name()), () -> json.putNull("to"));
        return json.put("token", move.token());
    }

    private static String name(Optional<Target> target) {
        return target.map(Target::name).orElse("nobody");
    }
}
