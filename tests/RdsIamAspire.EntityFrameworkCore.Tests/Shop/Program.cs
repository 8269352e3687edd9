using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shop;

var builder = Host.CreateApplicationBuilder(args);
builder.AddRdsIamMySqlDbContext<ShopContext>("orders");
using var host = builder.Build();

using var scope = host.Services.CreateScope();
Console.WriteLine(await scope.ServiceProvider.GetRequiredService<ShopContext>().Orders.CountAsync());
