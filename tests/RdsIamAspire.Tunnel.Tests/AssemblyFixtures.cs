using RdsIamAspire.TestSupport;

[assembly: AssemblyFixture(typeof(SharedRds))]
