// The one way in: `dotnet run dev.cs run` starts the playground, `dotnet run dev.cs test` runs every test,
// `dotnet run dev.cs help` says the rest. What it does stands in eng/RdsIamAspire.Dev, with tests.
#:project eng/RdsIamAspire.Dev
#:property PublishAot=false

var folder = new DirectoryInfo((string?)AppContext.GetData("EntryPointFileDirectoryPath") ?? Environment.CurrentDirectory);
return await RdsIamAspire.Dev.DevCommandLine.RunAsync(folder.FullName, args);
