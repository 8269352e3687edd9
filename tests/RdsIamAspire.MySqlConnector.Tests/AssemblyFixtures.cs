[assembly: AssemblyFixture(typeof(SharedRds))]
