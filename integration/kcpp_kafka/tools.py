"""Kafka's own command-line tools, by the names of their scripts in Kafka's bin/ (kafka-NAME.sh)."""

from . import Problem, jars

TOOLS = {
    "acls": ("org.apache.kafka.tools.AclCommand", "kafka.admin.AclCommand"),
    "broker-api-versions": ("org.apache.kafka.tools.BrokerApiVersionsCommand",
                            "kafka.admin.BrokerApiVersionsCommand"),
    "configs": ("kafka.admin.ConfigCommand",),
    "console-consumer": ("org.apache.kafka.tools.consumer.ConsoleConsumer",),
    "console-producer": ("org.apache.kafka.tools.ConsoleProducer", "kafka.tools.ConsoleProducer"),
    "console-share-consumer": ("org.apache.kafka.tools.consumer.ConsoleShareConsumer",),
    "consumer-groups": ("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",),
    "consumer-perf-test": ("org.apache.kafka.tools.ConsumerPerformance",),
    "delete-records": ("org.apache.kafka.tools.DeleteRecordsCommand",),
    "dump-log": ("org.apache.kafka.tools.DumpLogSegments", "kafka.tools.DumpLogSegments"),
    "features": ("org.apache.kafka.tools.FeatureCommand",),
    "get-offsets": ("org.apache.kafka.tools.GetOffsetShell",),
    "groups": ("org.apache.kafka.tools.GroupsCommand",),
    "leader-election": ("org.apache.kafka.tools.LeaderElectionCommand",),
    "log-dirs": ("org.apache.kafka.tools.LogDirsCommand",),
    "metadata-quorum": ("org.apache.kafka.tools.MetadataQuorumCommand",),
    "producer-perf-test": ("org.apache.kafka.tools.ProducerPerformance",),
    "reassign-partitions": ("org.apache.kafka.tools.reassign.ReassignPartitionsCommand",),
    "share-groups": ("org.apache.kafka.tools.consumer.group.ShareGroupCommand",),
    "topics": ("org.apache.kafka.tools.TopicCommand",),
    "transactions": ("org.apache.kafka.tools.TransactionsCommand",),
    "verifiable-consumer": ("org.apache.kafka.tools.VerifiableConsumer",),
    "verifiable-producer": ("org.apache.kafka.tools.VerifiableProducer",),
    "verifiable-share-consumer": ("org.apache.kafka.tools.VerifiableShareConsumer",),
}

HEAP = "-Xmx256m"

# These read files, or spell the address differently in every release.
WITHOUT_BOOTSTRAP = {"dump-log", "producer-perf-test"}


def command(name, arguments, version, bootstrap):
    """The command line of a tool, which gets --bootstrap-server unless `arguments` name one."""
    if name not in TOOLS:
        raise Problem(f"there is no tool '{name}'; there are:\n  " + "\n  ".join(TOOLS))
    address = ["--bootstrap-server", bootstrap]
    if name in WITHOUT_BOOTSTRAP or address[0] in arguments:
        address = []
    main = jars.find_class(version, TOOLS[name])
    return jars.command(version, main, *address, *arguments, options=[HEAP])
