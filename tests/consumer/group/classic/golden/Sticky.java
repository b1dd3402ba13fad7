import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Prints groups that change from round to round, and how Kafka's two sticky assignors share their partitions out. A line each:
 *
 *   group N round M
 *   topics NAME=PARTITIONS …
 *   member ID wants TOPIC … had GENERATION PARTITION …     (what it had last, if anything)
 *   data ID HEX                                            (the user data of its subscription, in the first groups)
 *   gets ID PARTITION …
 *   says ID HEX                                            (its subscription under CooperativeStickyAssignor, in the first groups)
 *   keeps ID PARTITION …                                   (what CooperativeStickyAssignor gives it on the same claims)
 *
 * With the argument "racks": groups of which brokers and members have racks (KIP-881), and
 *
 *   copies NAME RACK,RACK RACK …                           (by partition; "-" if there is none)
 *   in ID RACK                                             (if it has one)
 *   ranges ID PARTITION …                                  (what RangeAssignor gives it)
 */
public class Sticky {
    static final int GROUPS = 80, ROUNDS = 5, WITH_DATA = 3, RACK_GROUPS = 200, RACK_ROUNDS = 3;
    static final Node[] NODES = {new Node(1, "localhost", 9092)};

    /** Where brokers, copies and members are. Draws from a source of its own, so that groups without racks stay as they are. */
    static class Racks {
        static final String[] NAMES = {"a", "b", "c", "d"};
        final Random random;
        final int racks, factor;
        final boolean evenly;
        final List<Node> brokers = new ArrayList<>();
        final Map<TopicPartition, Node[]> copies = new HashMap<>();

        Racks(int group) {
            random = new Random(1000 + group);
            racks = 1 + random.nextInt(NAMES.length);
            factor = 1 + random.nextInt(3);
            evenly = random.nextInt(3) != 0;
            for (int i = 0, n = Math.max(factor, 1 + random.nextInt(6)); i < n; ++i)
                brokers.add(new Node(i, "localhost", 9092, evenly ? NAMES[i % racks] : random.nextInt(8) == 0 ? null : name()));
        }

        String name() {
            return NAMES[random.nextInt(racks)];
        }

        /** One of three groups has members everywhere, the others also such as have none, or are where no broker is. */
        Optional<String> ofMember(int group, int number) {
            if (group % 3 == 0)
                return Optional.of(NAMES[number % racks]);
            return switch (random.nextInt(8)) {
                case 0 -> Optional.empty();
                case 1 -> Optional.of("elsewhere");
                default -> Optional.of(name());
            };
        }

        Node[] of(TopicPartition partition) {
            return copies.computeIfAbsent(partition, p -> {
                int first = evenly ? p.partition() : random.nextInt(brokers.size());
                Node[] nodes = new Node[factor];
                for (int i = 0; i < factor; ++i)
                    nodes[i] = brokers.get((first + i) % brokers.size());
                return nodes;
            });
        }

        String words(TopicPartition partition) {
            TreeSet<String> names = new TreeSet<>();
            for (Node node : of(partition))
                if (node.hasRack())
                    names.add(node.rack());
            return names.isEmpty() ? "-" : String.join(",", names);
        }
    }

    /** A member as it goes through the rounds. */
    static class Member {
        Set<String> topics = new TreeSet<>();
        List<TopicPartition> had = List.of();
        int generation = -1;
        Optional<String> rack = Optional.empty();

        ByteBuffer userData() {
            StickyAssignor own = new StickyAssignor();
            if (generation >= 0)
                own.onAssignment(new Assignment(had), new ConsumerGroupMetadata("g", generation, "m", Optional.empty()));
            return own.subscriptionUserData(topics);
        }

        /** As a member of a cooperative group says what it has. */
        Subscription owning() {
            CooperativeStickyAssignor own = new CooperativeStickyAssignor();
            if (generation >= 0)
                own.onAssignment(new Assignment(had), new ConsumerGroupMetadata("g", generation, "m", Optional.empty()));
            return new Subscription(new ArrayList<>(topics), own.subscriptionUserData(topics), had, generation, rack);
        }
    }

    final Random random;
    final Map<String, Integer> topics = new TreeMap<>();
    final Map<String, Member> members = new TreeMap<>();
    final boolean alike;
    final int group;
    /** Null without. */
    final Racks racks;
    int named = 0;

    Sticky(int group, boolean withRacks) {
        this.group = group;
        random = new Random(group);
        racks = withRacks ? new Racks(group) : null;
        alike = group % 2 == 0;
        for (int i = 0, n = 1 + random.nextInt(5); i < n; ++i)
            topics.put("t" + i, withRacks && group % 4 < 2 && i > 0 ? topics.get("t0") : random.nextInt(9));
        for (int i = 0, n = 1 + random.nextInt(5); i < n; ++i)
            join();
    }

    void join() {
        Member m = new Member();
        // Not none at all: StickyAssignor takes no subscription for one to everything.
        do {
            for (String topic : topics.keySet())
                if (alike || random.nextBoolean())
                    m.topics.add(topic);
        } while (m.topics.isEmpty());
        if (racks != null)
            m.rack = racks.ofMember(group, named);
        members.put("c" + named++, m);
    }

    void change() {
        switch (random.nextInt(5)) {
            case 0: topics.merge("t" + random.nextInt(5), 1 + random.nextInt(3), Integer::sum); break;
            case 1: if (members.size() > 1) members.remove(members.keySet().stream().skip(random.nextInt(members.size())).findFirst().get()); break;
            default: join();
        }
    }

    void print(int round) {
        System.out.println("group " + group + " round " + round);
        System.out.println("topics" + topics.entrySet().stream().map(t -> " " + t.getKey() + "=" + t.getValue()).collect(Collectors.joining()));
        if (racks != null)
            topics.forEach((name, count) -> {
                String line = "copies " + name;
                for (int p = 0; p < count; ++p)
                    line += " " + racks.words(new TopicPartition(name, p));
                System.out.println(line);
            });
        Map<String, Subscription> wanted = new HashMap<>(), together = new HashMap<>();
        for (var each : members.entrySet()) {
            Member m = each.getValue();
            String line = "member " + each.getKey() + " wants" + words(m.topics);
            if (m.generation >= 0)
                line += " had " + m.generation + words(m.had);
            System.out.println(line);
            m.rack.ifPresent(rack -> System.out.println("in " + each.getKey() + " " + rack));
            ByteBuffer data = m.userData();
            if (data != null && group < WITH_DATA)
                System.out.println("data " + each.getKey() + " " + hex(data));
            wanted.put(each.getKey(), new Subscription(new ArrayList<>(m.topics), data, List.of(), -1, m.rack));
            Subscription owning = m.owning();
            if (group < WITH_DATA)
                System.out.println("says " + each.getKey() + " " + hex(ConsumerProtocol.serializeSubscription(owning)));
            together.put(each.getKey(), owning);
        }
        if (racks != null) {
            var ranges = new RangeAssignor().assign(cluster(), new GroupSubscription(wanted)).groupAssignment();
            for (String id : members.keySet())
                System.out.println("ranges " + id + words(ranges.get(id).partitions()));
        }
        var cooperative = new CooperativeStickyAssignor().assign(cluster(), new GroupSubscription(together)).groupAssignment();
        for (String id : members.keySet())
            System.out.println("keeps " + id + words(cooperative.get(id).partitions()));
        var given = new StickyAssignor().assign(cluster(), new GroupSubscription(wanted)).groupAssignment();
        for (var each : members.entrySet()) {
            List<TopicPartition> gets = given.get(each.getKey()).partitions();
            System.out.println("gets " + each.getKey() + words(gets));
            // Who is away for a round keeps what it had, and comes back with a claim that is out of date.
            if (random.nextInt(6) == 0)
                continue;
            each.getValue().had = gets;
            each.getValue().generation = round;
        }
    }

    Cluster cluster() {
        List<PartitionInfo> all = new ArrayList<>();
        topics.forEach((name, count) -> {
            for (int p = 0; p < count; ++p)
                all.add(of(name, p, racks == null ? NODES : racks.of(new TopicPartition(name, p))));
        });
        return new Cluster("c", racks == null ? List.of(NODES) : racks.brokers, all, Set.of(), Set.of());
    }

    static PartitionInfo of(String topic, int partition, Node[] replicas) {
        return new PartitionInfo(topic, partition, replicas[0], replicas, replicas);
    }

    static String hex(ByteBuffer data) {
        return HexFormat.of().formatHex(data.array(), data.arrayOffset(), data.arrayOffset() + data.limit());
    }

    static String words(Iterable<?> list) {
        StringBuilder text = new StringBuilder();
        list.forEach(one -> text.append(' ').append(one));
        return text.toString();
    }

    public static void main(String[] args) {
        boolean withRacks = List.of(args).contains("racks");
        for (int group = 0; group < (withRacks ? RACK_GROUPS : GROUPS); ++group) {
            Sticky g = new Sticky(group, withRacks);
            for (int round = 0; round < (withRacks ? RACK_ROUNDS : ROUNDS); ++round) {
                if (round != 0)
                    g.change();
                g.print(round);
            }
        }
    }
}
