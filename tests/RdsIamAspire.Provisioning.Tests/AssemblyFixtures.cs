[assembly: AssemblyFixture(typeof(RdsIamAspire.TestSupport.SharedRds))]
