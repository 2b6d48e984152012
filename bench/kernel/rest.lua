-- wrk -s rest.lua URL -- KIND COUNT: one of so many nodes, another each time.
local kinds = {
  node = function(i) return "/api/v1/nodes/" .. mac(i) end,
  hostname = function(i) return "/api/v1/nodes/lookup/node-" .. i end,
  kernel = function() return "/lookup/bench" end,
  bootfile = function(i) return "/generateBootFile/" .. mac(i) .. "/bench" end,
  grub = function(i) return "/generateBootFile/" .. mac(i) .. "/bench?loader=grub" end,
  page = function(i) return "/api/v1/nodes?pageSize=50&page=" .. (i % 2000 + 1) end,
  search = function(i) return "/api/v1/nodes?search=node-" .. i .. "&searchFields=hostname" end,
}
local path, count

function mac(i)
  return string.format("52-54-00-%02x-%02x-%02x", math.floor(i / 65536), math.floor(i / 256) % 256, i % 256)
end

function init(args)
  path, count = kinds[args[1]], tonumber(args[2])
  math.randomseed(7)
end

function request()
  return wrk.format("GET", path(math.random(0, count - 1)))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("%d %.0f %.0f %.0f %d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
